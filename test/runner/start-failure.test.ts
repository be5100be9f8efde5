import { describe, expect, it } from "vitest";
import { startFailure } from "../../src/runner/start-failure.ts";

const asIs = (text: string) => text;

describe("a Worker script that throws while it is loaded", () => {
  it("is told by its message alone when the configuration is wrong", () => {
    const thrown =
      "ImproperlyConfigured: beat_schedule.x: schedule: expected a number\nbeat_schedule.y: task: unknown\n  at read (index.mjs:1:7)";
    expect(messageFor(thrown)).toBe("beat_schedule.x: schedule: expected a number; beat_schedule.y: task: unknown");
  });

  it("is told with the place in the source otherwise", () => {
    const located = startFailure(miniflareError("TypeError: x is not a function\n  at index.mjs:1:7"), 8787, (text) =>
      text.replace("index.mjs:1:7", "src/tasks.ts:3:4"),
    );
    expect(located.message).toBe("TypeError: x is not a function (src/tasks.ts:3:4)");
    expect(located.exitCode).toBe(1);
  });
});

describe("a workerd that does not come up", () => {
  it("is told by its own words", () => {
    const error = new Error(`The Workers runtime failed to start.\nRuntime stderr:\n${entry("service core:user:w: no such entrypoint")}`);
    expect(startFailure(error, 8787, asIs).message).toBe("no such entrypoint");
  });

  it("is told by Miniflare's words when it said nothing", () => {
    expect(startFailure(new Error("spawn failed\n  badly"), 8787, asIs).message).toBe("spawn failed; badly");
  });

  it("is told by the port when that was taken in between", () => {
    const error = Object.assign(new Error("Address already in use"), { code: "ERR_ADDRESS_IN_USE" });
    expect(startFailure(error, 8787, asIs).message).toMatch(/^port 8787 on 127\.0\.0\.1 is in use: .*--port$/);
  });
});

function messageFor(thrown: string): string {
  return startFailure(miniflareError(thrown), 8787, asIs).message;
}

/** As Miniflare 5 quotes workerd's structured log. */
function miniflareError(thrown: string): Error {
  return new Error(`The Workers runtime failed to start.\nRuntime stderr:\n${entry(`service core:user:w: Uncaught ${thrown}`)}`);
}

function entry(message: string): string {
  return JSON.stringify({ timestamp: "1795357643737", level: "error", message });
}
