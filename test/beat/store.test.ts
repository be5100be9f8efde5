import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { BeatStore } from "../../src/beat/store.ts";

it("reads the rows of the version before, which had no next instant", () => {
  const database = new DatabaseSync(":memory:");
  database.exec(`CREATE TABLE entry (
      name TEXT PRIMARY KEY,
      schedule TEXT NOT NULL,
      first_seen INTEGER NOT NULL,
      last_instant INTEGER,
      pending INTEGER,
      total_run_count INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID`);
  database.exec("INSERT INTO entry VALUES ('e', '{}', 1, 5, 5, 7)");
  const open = () =>
    new BeatStore({
      exec: (query, ...bindings) => {
        const rows = database.prepare(query).all(...bindings);
        return { toArray: () => rows };
      },
    });
  open();
  const store = open();
  expect(store.get("e")).toEqual({
    name: "e",
    schedule: "{}",
    firstSeen: 1,
    lastInstant: 5,
    pending: 5,
    totalRunCount: 7,
    nextAt: null,
    lastRunAt: null,
    lastTaskId: null,
    definition: null,
  });
  // Without a mark every row is reckoned anew in the first round.
  expect(store.fingerprint()).toBe("");
});
