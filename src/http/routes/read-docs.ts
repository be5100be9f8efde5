import { DOCS_PAGE, DOCS_STYLE } from "../docs/page.ts";
import { DOCS_SCRIPT } from "../docs/script.ts";
import type { RouteAbout } from "../openapi/route-about.ts";
import { text } from "../openapi/schemas.ts";
import type { RouteHandler } from "../parts.ts";
import { taggedAnswer } from "../tagged-answer.ts";

/** Only its own script and style run, it asks only its own origin, and no page may frame it. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
};

const FILES = {
  page: [DOCS_PAGE, "text/html; charset=utf-8"],
  script: [DOCS_SCRIPT, "text/javascript; charset=utf-8"],
  style: [DOCS_STYLE, "text/css; charset=utf-8"],
} as const;

/**
 * `GET /docs`, a page to read and try the API, and its `docs/page.js` and `docs/page.css`. It needs no key and nothing from elsewhere; what it shows
 * it reads from `openapi.json` beside it. Each has an `ETag`.
 */
export function readDocs(file: keyof typeof FILES): RouteHandler {
  const [content, type] = FILES[file];
  return async (c) => taggedAnswer(c.req.raw, content, { type, headers: HEADERS });
}

/** What `GET /openapi.json` tells of it. */
export const readDocsAbout: RouteAbout = {
  id: "readDocs",
  tag: "deployment",
  summary: "A page to read and try the API",
  answers: { 200: { description: "The page.", type: "text/html", schema: text }, 304: { description: "It is the same still." } },
};

/** What `GET /openapi.json` tells of it. */
export const readDocsScriptAbout: RouteAbout = {
  ...readDocsAbout,
  id: "readDocsScript",
  summary: "The script of the page",
  answers: { 200: { description: "The script.", type: "text/javascript", schema: text }, 304: { description: "It is the same still." } },
};

/** What `GET /openapi.json` tells of it. */
export const readDocsStyleAbout: RouteAbout = {
  ...readDocsAbout,
  id: "readDocsStyle",
  summary: "The style of the page",
  answers: { 200: { description: "The style.", type: "text/css", schema: text }, 304: { description: "It is the same still." } },
};
