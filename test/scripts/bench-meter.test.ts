import { describe, expect, it } from "vitest";
import { between, billPerMillion, perTask, readStats, withoutReads } from "../../scripts/bench/meter.ts";
import { noUnits } from "../../src/core/units.ts";
import { statsDocument } from "../../src/core/wire/stats-document.ts";

const START = "1970-01-01T00:00:00.000Z";
const reading = (units: object, tasks = { accepted: 0, ended: 0, expired: 0 }) => ({
  since: START,
  tasks,
  units: { ...noUnits(), ...units },
});
const shard = (number: number, units: object, accepted: number) => ({
  shard: number,
  ...reading(units, { accepted, ended: 0, expired: 0 }),
  since: 0,
});

describe("the meter's readings", () => {
  it("adds up the shards of the document that the product answers", () => {
    const document = statsDocument([shard(0, { rowsWritten: 3, alarmsSet: 1 }, 2), shard(1, { rowsWritten: 4 }, 5)]);
    expect(readStats(JSON.stringify(document))).toEqual({
      ...reading({ rowsWritten: 7, alarmsSet: 1 }, { accepted: 7, ended: 0, expired: 0 }),
      since: `${START},${START}`,
    });
  });

  it("names the count that is missing", () => {
    expect(() => readStats('{"shards":[{"tasks":{"accepted":1,"ended":1}}]}')).toThrow('expected a number "expired"');
    expect(() => readStats("{}")).toThrow('expected "shards"');
  });

  it("subtracts what was counted before", () => {
    const before = reading({ rowsRead: 5 }, { accepted: 1, ended: 1, expired: 0 });
    const after = reading({ rowsRead: 7 }, { accepted: 4, ended: 3, expired: 1 });
    expect(between(before, after)).toEqual(reading({ rowsRead: 2 }, { accepted: 3, ended: 2, expired: 1 }));
  });

  it("refuses to subtract across a start, when counts begin anew", () => {
    expect(() => between(reading({}), { ...reading({}), since: "1970-01-01T00:00:01.000Z" })).toThrow("the counts began anew");
  });

  it("takes the verification out of requests, reads and time, and leaves rows written and messages", () => {
    const life = reading({
      workerRequests: 110,
      objectRequests: 115,
      rowsRead: 60,
      awakeMilliseconds: 90,
      rowsWritten: 9,
      messagesSent: 2,
    });
    const reads = reading({ workerRequests: 100, objectRequests: 101, rowsRead: 50, awakeMilliseconds: 70, rowsWritten: 1 });
    expect(withoutReads(life.units, 100, reads.units)).toEqual(
      reading({ workerRequests: 10, objectRequests: 14, rowsRead: 10, awakeMilliseconds: 20, rowsWritten: 9, messagesSent: 2 }).units,
    );
  });

  it("prices a million tasks, alarms as rows and duration apart", () => {
    const { units } = reading({ rowsWritten: 15, alarmsSet: 5, workerRequests: 20, awakeMilliseconds: 1_000 });
    const bill = billPerMillion(units, 10);
    expect(bill.rowsWritten).toBeCloseTo(2);
    expect(bill.workerRequests).toBeCloseTo(0.6);
    expect(bill.total).toBeCloseTo(2.6);
    expect(bill.duration).toBeCloseTo(0.16);
    expect(perTask(units, 10).rowsWritten).toBeCloseTo(1.5);
  });
});
