import { expect, it } from "vitest";
import { optionsDocument } from "../../../src/core/wire/options-document.ts";

it("tells the options of a call as a call takes them, and none that was not said", () => {
  const line = {
    task: "tasks.add",
    args: [2, 3],
    headers: { from: "shop" },
    priority: 7,
    timelimit: [30, null],
    max_retries: 4,
    stamps: { tenant: "a" },
    stamped_headers: ["tenant"],
  };
  expect(optionsDocument({ line: JSON.stringify(line), expires: Date.UTC(2026, 11, 24, 18) })).toEqual({
    expires: "2026-12-24T18:00:00.000Z",
    priority: 7,
    headers: { from: "shop" },
    time_limit: 30,
    max_retries: 4,
    stamps: { tenant: "a" },
    stamped_headers: ["tenant"],
  });
  expect(optionsDocument({ line: '{"task":"tasks.add"}', expires: null })).toEqual({});
});
