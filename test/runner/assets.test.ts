import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ASSETS_BINDING, assetsPart } from "../../src/runner/assets.ts";
import { runBuildCommand } from "../../src/runner/build-command.ts";
import type { WranglerConfig } from "../../src/runner/wrangler-config.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "celeriac-assets-"));
  mkdirSync(join(folder, "dashboard"));
  writeFileSync(join(folder, "_headers"), "");
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("[assets] of wrangler.toml, at the local runner", () => {
  it("is a Worker beside the script's where it is the dashboard alone, so that other requests take no detour", () => {
    const { changes, others } = assetsPart({ assets: { directory: folder } });
    expect(changes).toEqual({ assets: undefined, serviceBindings: { [ASSETS_BINDING]: "celeriac-assets" } });
    expect(others).toMatchObject([{ name: "celeriac-assets", assets: { directory: folder } }]);
  });

  it("stays before the script, as on the platform, where there is more, or the script asks for them itself", () => {
    const bound = { directory: folder, binding: "ASSETS" };
    expect(assetsPart({ assets: bound })).toMatchObject({ changes: { assets: bound }, others: [] });
    writeFileSync(join(folder, "index.html"), "mine");
    expect(assetsPart({ assets: { directory: folder } })).toMatchObject({ changes: { assets: { directory: folder } }, others: [] });
  });

  it("is nothing where the folder is not there", () => {
    expect(assetsPart({ assets: { directory: join(folder, "none") } })).toEqual({ changes: {}, others: [] });
    expect(assetsPart({})).toEqual({ changes: {}, others: [] });
  });
});

describe("[build] of wrangler.toml, at the local runner", () => {
  const config = (command?: string) =>
    ({ path: join(folder, "wrangler.toml"), raw: { build: { command, cwd: "dashboard" } } }) as WranglerConfig;
  const idle = new AbortController().signal;

  it("runs in its folder, by the Node that runs the runner", async () => {
    await runBuildCommand(config("node --version > made"), idle);
    expect(readFileSync(join(folder, "dashboard/made"), "utf8")).toBe(`${process.version}\n`);
    await runBuildCommand(config(), idle);
  });

  it("is told with what it printed where it fails, and is left when the runner is told to stop", async () => {
    await expect(runBuildCommand(config("echo no such thing >&2; exit 3"), idle)).rejects.toThrow(
      /\[build\] command ".*" ended with 3: no such thing$/,
    );
    await runBuildCommand(config("sleep 30"), AbortSignal.timeout(50));
  });
});
