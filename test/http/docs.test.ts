import { expect, it } from "vitest";
import { setup } from "./setup.ts";

const FILES = { "/docs": "text/html", "/docs/page.js": "text/javascript", "/docs/page.css": "text/css" };

it("the page needs no key, and may load and ask its own origin only", async () => {
  const { send } = setup({});
  for (const [path, type] of Object.entries(FILES)) {
    const answer = await send(path);
    expect([path, answer.status, answer.headers.get("content-type")]).toEqual([path, 200, `${type}; charset=utf-8`]);
    expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'; style-src 'self'");
    expect(answer.headers.get("content-security-policy")).not.toContain("unsafe");
    expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await answer.text()).not.toMatch(/https?:|\/\/[a-z]|innerHTML|<script>|eval\(/);
  }
});

it("the page names its script, its style and the document beside it, wherever it is mounted", async () => {
  const page = await (await setup({}).send("/docs")).text();
  const names = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name = ""]) => name).filter((name) => !name.startsWith("data:"));
  for (const name of names) {
    const { pathname } = new URL(name, "http://localhost/docs");
    expect([name, (await setup({}).send(pathname)).status]).toEqual([name, 200]);
  }
  expect(new Set(names)).toEqual(new Set(["docs/page.js", "docs/page.css", "openapi.json"]));
});

it("its script is JavaScript that can be parsed", async () => {
  const script = await (await setup({}).send("/docs/page.js")).text();
  expect(() => new Function(script)).not.toThrow();
});
