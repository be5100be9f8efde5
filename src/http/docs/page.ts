/** The page of `GET /docs`: a shell that its script fills from the OpenAPI document. Its addresses are relative, so that it works where it is mounted. */
export const DOCS_PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Celeriac: the HTTP API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/page.css">
<script src="docs/page.js" defer></script>
</head>
<body>
<header><h1>Celeriac: the HTTP API</h1>
<p id="about">Reading <a href="openapi.json">openapi.json</a>.</p>
<label>Key <input id="key" type="password" autocomplete="off" placeholder="none at the local runner"></label></header>
<main id="routes"></main>
<noscript><p>This page needs its script. The same is in <a href="openapi.json">openapi.json</a>.</p></noscript>
</body>
</html>
`;

/** Its style. */
export const DOCS_STYLE = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { margin: 2rem 0 .5rem; text-transform: capitalize; }
details { border-top: 1px solid #8886; padding: .4rem 0; }
summary { cursor: pointer; }
summary b { display: inline-block; min-width: 4.5rem; font-family: monospace; }
code, pre, textarea, input { font-family: ui-monospace, monospace; font-size: .9rem; }
pre { overflow: auto; max-height: 24rem; padding: .6rem; background: #8882; white-space: pre-wrap; overflow-wrap: anywhere; }
form { display: grid; gap: .5rem; margin: .6rem 0; }
label { display: grid; gap: .2rem; }
textarea { min-height: 6rem; }
button { justify-self: start; padding: .3rem 1rem; font: inherit; }
`;
