import { reset, runInDurableObject } from "cloudflare:test";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Grant } from "../../src/broker/api.ts";
import { Lines } from "../../src/broker/lines.ts";
import { Results } from "../../src/broker/results.ts";
import { OutcomeStore } from "../../src/broker/store/outcomes.ts";
import { type PageRow, PageStore } from "../../src/broker/store/pages.ts";
import { Sql } from "../../src/broker/store/sql.ts";
import type { Call } from "../../src/core/call.ts";
import { CLONE_LIMIT, findOverflow } from "../../src/core/clone-size.ts";
import { PAYLOAD_LIMIT } from "../../src/core/payload-limit.ts";
import { aCall, calls, ended, Stage, stopClock } from "./broker-stage.ts";

beforeEach(stopClock);
afterEach(async () => {
  vi.useRealTimers();
  await reset();
});

/** The most bytes of a row in production. */
const LARGEST_ROW = 2_000_000;
const LETTERS = ["x", "é", "漢", "😀", "\u0001"];
const encoder = new TextEncoder();

/** A text that takes `bytes` as JSON, of one letter and a little filler. */
function sized(letter: string, bytes: number): string {
  const size = encoder.encode(JSON.stringify(letter)).length - 2;
  const count = Math.floor((bytes - 2) / size);
  return letter.repeat(count) + "x".repeat(bytes - 2 - count * size);
}

/** A call of as many bytes of arguments as one may have. */
function largest(letter: string): Call {
  return { line: JSON.stringify({ task: "t".repeat(255), args: [sized(letter, PAYLOAD_LIMIT - 2)] }), queue: "celery" };
}

/** How many bytes the largest row of any table takes. */
function largestRow(stage: Stage): Promise<number> {
  return runInDurableObject(stage.stub, (_broker, { storage: { sql } }) => {
    const rows = ["page", "body", "outcome", "lease", "alias", "idempotency"].map((table) => {
      const columns = sql.exec(`SELECT * FROM ${table} LIMIT 0`).columnNames;
      const bytes = columns.map((column) => `coalesce(length(CAST(${column} AS BLOB)), 0)`).join(" + ");
      return sql.exec<{ most: number | null }>(`SELECT max(${bytes}) AS most FROM ${table}`).one().most ?? 0;
    });
    return Math.max(...rows);
  });
}

/** Reports every task of a grant, each by what `how` makes of its slot. */
function finish(stage: Stage, grant: Grant, how: (slot: number) => { result: string; traceback?: string }): Promise<Grant> {
  const outcomes = grant.tasks.map((task) => {
    const { result, traceback = null } = how(task.slot);
    return { ...ended(task, result, traceback === null ? "SUCCESS" : "FAILURE"), traceback };
  });
  return stage.report(grant.lease, outcomes);
}

describe("1,000,000 bytes of arguments and of result", () => {
  it.each(LETTERS)("come back as they went in, also after a crash, and no row passes 2 MB (%j)", async (letter) => {
    const stage = new Stage();
    const call = largest(letter);
    const result = JSON.stringify(sized(letter, PAYLOAD_LIMIT));
    const traceback = letter.repeat(100_000 / letter.length);
    const [alone = ""] = await stage.submit([call]);
    const [first = "", second = ""] = await stage.submit([aCall(1), aCall(2)]);
    await stage.crash();
    const large = await stage.claim(1);
    expect(large.tasks.map(({ line }) => line)).toEqual([call.line]);
    await finish(stage, large, () => ({ result, traceback }));
    await finish(stage, await stage.claim(2), () => ({ result, traceback }));
    await stage.crash();
    for (const id of [first, second]) expect(await stage.record(id)).toMatchObject({ result, traceback });
    expect(await stage.record(alone)).toMatchObject({ result, traceback, line: call.line });
    expect(await largestRow(stage)).toBeGreaterThanOrEqual(PAYLOAD_LIMIT);
    expect(await largestRow(stage)).toBeLessThanOrEqual(LARGEST_ROW);
  });
});

describe("rows", () => {
  it("stay below 2 MB whatever stands beside the lines: names, instants, and outcomes of the whole page at once", async () => {
    const stage = new Stage({ worker_concurrency: 1000 });
    const result = JSON.stringify("漢".repeat(224));
    const key = (letter: string, number: number) => ({ key: `${number}`.padStart(255, letter), fingerprint: "f" });
    const kinds: ((number: number) => Partial<Call>)[] = [
      (number) => ({ idempotency: key("\u0001", number) }),
      (number) => ({ idempotency: key("漢", number), taskId: crypto.randomUUID(), expires: Date.now() + 1_000 }),
    ];
    for (const kind of kinds) {
      await stage.submit(Array.from({ length: 900 }, (_, number) => aCall(0, { line: '{"task":"t"}', ...kind(number) })));
      for (let grant = await stage.claim(1_000); grant.tasks.length > 0; grant = await stage.claim(1_000))
        await finish(stage, grant, () => ({ result }));
    }
    expect((await stage.rows()).lease).toBeUndefined();
    expect(await largestRow(stage)).toBeLessThanOrEqual(LARGEST_ROW);
  });

  it("stay below 2 MB when a lease holds a thousand slots, none beside another", async () => {
    const stage = new Stage({ worker_concurrency: 1000 });
    // Taken in the order of their instants, which goes from the last slot to the first.
    await stage.submit(Array.from({ length: 1_000 }, (_, number) => aCall(number, { due: Date.now() + 5_000 - number })));
    vi.setSystemTime(Date.now() + 5_000);
    const grant = await stage.claim(1_000);
    expect(grant.tasks.map(({ slot }) => slot).slice(0, 3)).toEqual([999, 998, 997]);
    expect(await largestRow(stage)).toBeLessThan(200_000);
    await stage.crash();
    await stage.finish(grant);
    expect((await stage.rows()).lease).toBeUndefined();
  });

  it("of more than 2,000,000 bytes are refused by the store, though the runtime would take them", async () => {
    const stage = new Stage();
    await runInDurableObject(stage.stub, (_broker, { storage }) => {
      const sql = new Sql(storage.sql);
      const put = (text: string) => sql.run("INSERT INTO body (page, text) VALUES (?, ?)", 1, text);
      for (const letter of ["x", "漢", "😀"])
        expect(() => put(`${sized(letter, LARGEST_ROW + 2)}x`)).toThrow("at most 2000000 bytes, which production takes, got 2000001");
      put(sized("漢", LARGEST_ROW + 2));
    });
  });
});

describe("forty results of a megabyte in one page", () => {
  it("are read one by one, each by a few rows, and do not hold up an object that was reset", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(40));
    const grant = await stage.claim(40);
    const result = (slot: number) => JSON.stringify(`${slot} ${"x".repeat(PAYLOAD_LIMIT - 10)}`);
    for (let from = 0; from < 38; from += 2)
      await finish(stage, { ...grant, tasks: grant.tasks.slice(from, from + 2) }, (slot) => ({ result: result(slot) }));
    await stage.crash();
    const states = await stage.states(ids);
    expect(states.filter((state) => state === "SUCCESS")).toHaveLength(38);
    expect(states.slice(38)).toEqual(["PENDING", "PENDING"]);
    for (const slot of [0, 17, 37]) {
      const { read } = await stage.cost(async () => expect((await stage.record(ids[slot] ?? "")).result).toBe(result(slot)));
      expect(read).toBeLessThanOrEqual(4);
    }
    const { read } = await stage.cost(() => stage.record(ids[39] ?? ""));
    expect(read).toBeLessThanOrEqual(1);
    await finish(stage, { ...grant, tasks: grant.tasks.slice(38) }, (slot) => ({ result: result(slot) }));
    expect((await stage.record(ids[39] ?? "")).result).toBe(result(39));
  });

  it("are found in whatever order they ended", async () => {
    const stage = new Stage();
    const ids = await stage.submit(calls(50));
    const grant = await stage.claim(50);
    // Rows that begin at 0, 1, … and reach over one another.
    for (let row = 0; row < 7; row++) {
      const tasks = grant.tasks.filter(({ slot }) => slot % 7 === row);
      await finish(stage, { ...grant, tasks }, (slot) => ({ result: String(slot) }));
      await stage.crash();
      const known = await Promise.all(ids.map(async (id) => (await stage.record(id)).result));
      expect(known).toEqual(ids.map((_, slot) => (slot % 7 <= row ? String(slot) : null)));
    }
  });
});

describe("what was read lately", () => {
  it("stays in memory up to 16,000,000 characters of lines and 8,000,000 of outcomes, half of it in any case, and is read again beyond", async () => {
    await runInDurableObject(new Stage().stub, (_broker, { storage }) => {
      const sql = new Sql(storage.sql);
      const [pages, outcomes] = [new PageStore(sql), new OutcomeStore(sql)];
      const text = JSON.stringify("x".repeat(999_998));
      const kept: PageRow[] = [];
      for (let id = 1; id <= 30; id++) {
        kept.push(pages.insert(id, { queue: "celery", due: 0, head: { v: 1, n: [] }, lines: [text] }, 0));
        outcomes.put(id, [{ slot: 0, body: `[[0,"SUCCESS",0,0,null,null,${text}]]` }]);
      }
      const [lines, results] = [new Lines(pages), new Results(outcomes, pages)];
      const [linesRead, outcomesRead] = [vi.spyOn(pages, "lines"), vi.spyOn(outcomes, "at")];
      const readLines = (some: PageRow[]) => {
        linesRead.mockClear();
        for (const page of some) lines.of(page.id);
        return linesRead.mock.calls.length;
      };
      const readOutcomes = (some: PageRow[]) => {
        outcomesRead.mockClear();
        for (const page of some) results.find(page, 0);
        return outcomesRead.mock.calls.length;
      };
      expect([readLines(kept), readLines(kept.slice(-7)), readLines(kept.slice(0, -15))]).toEqual([30, 0, 15]);
      expect([readOutcomes(kept), readOutcomes(kept.slice(-3)), readOutcomes(kept.slice(0, -7))]).toEqual([30, 0, 23]);
    });
  });
});

describe("the calls of one submit", () => {
  it("are carried up to the limit, whatever their letters, and refused beyond it naming the call", async () => {
    for (const text of ["x".repeat(900_000), `${"x".repeat(450_000)}😀`]) {
      const stage = new Stage();
      const call = aCall(0, { line: JSON.stringify({ task: "t", args: [text] }) });
      const list: Call[] = [];
      while (findOverflow(list) === undefined) list.push({ ...call });
      expect(await stage.client().submit(list)).toMatchObject({
        ok: false,
        code: "too_large",
        index: list.length - 1,
        message: expect.stringContaining(`at most ${CLONE_LIMIT} bytes`),
      });
      expect(await stage.rows()).toEqual({});
      const answer = await stage.client().submit(list.slice(1));
      expect(answer.ok && answer.ids.length).toBe(list.length - 1);
      expect(await largestRow(stage)).toBeLessThanOrEqual(LARGEST_ROW);
    }
  });
});
