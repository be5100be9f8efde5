import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { readSettings } from "../../src/cli/settings.ts";

const folder = mkdtempSync(join(tmpdir(), "celeriac-settings-"));
const file = join(folder, "celeriac", "settings.json");
const home = { XDG_CONFIG_HOME: folder };
afterAll(() => rmSync(folder, { recursive: true }));

describe("the command line's settings", () => {
  it("are the local runner's unless something is said", () => {
    expect(readSettings({}, { XDG_CONFIG_HOME: "/nonexistent" })).toEqual({ url: "http://127.0.0.1:8787", key: undefined, timeout: 10 });
  });

  it("come from a flag, then the environment, then the file", () => {
    write({ url: "https://file.example/queue/", key: "filed", timeout: 3 });
    expect(readSettings({}, home)).toEqual({ url: "https://file.example/queue", key: "filed", timeout: 3 });
    expect(readSettings({ timeout: "2.5" }, { ...home, CELERIAC_TIMEOUT: "7", CELERIAC_KEY: "own" })).toMatchObject({
      key: "own",
      timeout: 2.5,
    });
    expect(readSettings({ url: "flag.example:1" }, { ...home, CELERIAC_URL: "https://env.example" }).url).toBe("http://flag.example:1");
  });

  it("send the file's key to the file's url only", () => {
    write({ url: "https://file.example", key: "filed" });
    expect(readSettings({ url: "https://file.example/" }, home).key).toBe("filed");
    expect(readSettings({ url: "https://evil.example" }, home).key).toBeUndefined();
    expect(readSettings({}, { ...home, CELERIAC_URL: "http://file.example" }).key).toBeUndefined();
    write({ key: "filed" });
    expect(readSettings({}, home)).toMatchObject({ url: "http://127.0.0.1:8787", key: "filed" });
    expect(readSettings({ url: "https://file.example" }, home).key).toBeUndefined();
  });

  it("are refused by flag or file, and no message has the key", () => {
    const faults: [flags: object, env: object, told: RegExp][] = [
      [{ url: "amqp://x" }, {}, /--url .*got 'amqp:/],
      [{ url: "https://me:secret@x" }, {}, /without a name or a password/],
      [{ key: "two words" }, {}, /the key has a space/],
      [{ timeout: "soon" }, {}, /--timeout expects seconds.*'soon'/],
      [{ settings: join(folder, "none.json") }, {}, /no settings file can be read/],
    ];
    for (const [flags, env, told] of faults) {
      expect(() => readSettings(flags, env as Record<string, string>)).toThrow(told);
      expect(() => readSettings(flags, env as Record<string, string>)).not.toThrow(/two words|secret/);
    }
    write('{"key": "secret"');
    expect(() => readSettings({}, home)).toThrow(/settings\.json is not JSON(?!.*secret)/);
    write({ keys: "secret" });
    expect(() => readSettings({}, home)).toThrow(/unknown key 'keys'; did you mean 'key'\?$/);
  });
});

function write(value: unknown): void {
  mkdirSync(join(folder, "celeriac"), { recursive: true });
  writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
}
