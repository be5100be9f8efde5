import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { endRunners, runToEnd } from "./runner.ts";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "celeriac-config-"));

afterAll(() => {
  endRunners();
  rmSync(folder, { recursive: true });
});

describe("a wrong configuration is one clear line, and exit 1", () => {
  it.concurrent.each([
    [
      "an unknown setting",
      "[vars.celeryconfig]",
      "[vars.celeryconfig]\nresult_expire = 60",
      "[vars.celeryconfig]: result_expire: unknown setting; did you mean 'result_expires'?",
    ],
    [
      "an entry's unknown task",
      'task = "tasks.add"',
      'task = "tasks.ad"',
      "[vars]: beat_schedule.add-every-30-seconds.task: no task is registered under the name 'tasks.ad'; did you mean 'tasks.add'?",
    ],
    [
      "an entry's arguments that do not fit its task",
      "args = [16, 16]",
      "args = [16]",
      "beat_schedule.add-every-30-seconds.args[1]: missing required argument 'y'",
    ],
    [
      "a schedule that is none",
      "schedule = { minutes = 1 }",
      'schedule = "every minute"',
      'beat_schedule.task2.schedule: expected a number of seconds, a table such as { minutes = 1 }, { hour = 7 }, { event = "sunset", lat = 52, ' +
        'lon = 13 } or { at = "<time>" }, or a crontab such as "0 7 * * mon", got the string "every minute"',
    ],
    [
      "two faults at once",
      /task = "tasks.add"\nschedule = 30/,
      'task = "tasks.ad"\nschedule = { minuts = 1 }',
      /2 faults: .*add-every-30-seconds\.schedule: unknown field 'minuts'; did you mean 'minutes'\?.*add-every-30-seconds\.task: no task/,
    ],
  ])("%s", async (name, from, to, says) => {
    const config = join(folder, `${name.replaceAll(/\W/g, "-")}.toml`);
    const own = readFileSync(join(root, "wrangler.toml"), "utf8").replace(/^\[build\]\n.*\n/m, "");
    const changed = own.replace(from, to);
    expect(changed).not.toBe(own);
    writeFileSync(config, changed.replace('main = "src/index.ts"', `main = ${JSON.stringify(join(root, "src/index.ts"))}`));
    const { code, stdout, stderr } = await runToEnd({ config });
    expect(stderr).toMatch(says);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  });
});
