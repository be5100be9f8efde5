import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { buildDashboard } from "../../scripts/dashboard/build.ts";

it("the dashboard is under 120 kB of JavaScript, gzipped", async () => {
  const files = [...(await buildDashboard())].filter(([path]) => path.endsWith(".js"));
  const sizes = files.map(([path, contents]) => [path.replace(/^.*\//, ""), gzipSync(contents).byteLength] as const);
  const sum = (names: RegExp) => sizes.reduce((total, [name, size]) => total + (names.test(name) ? size : 0), 0);
  expect(sum(/./)).toBeGreaterThan(10_000);
  expect(sum(/./)).toBeLessThan(120_000);
});
