import { describe, expect, it } from "vitest";
import type { Call } from "../../src/core/call.ts";
import { homeOf, homesOf, nameOfId, nameOfKey } from "../../src/core/homes.ts";
import { addressOf } from "../../src/core/ids.ts";
import { aCall, Shards } from "./shards.ts";

const HOUR = 3_600_000;

/** Keys, or task ids, each at home on a shard of its own: the first on shard 0, the next on 1, … of so many. */
const keys = Array.from({ length: 4 }, (_, home) => findName(home, (number) => `key-${number}`, nameOfKey));
const ids = Array.from({ length: 4 }, (_, home) =>
  findName(home, (number) => `${String(number).padStart(8, "0")}-0000-4000-8000-000000000000`, nameOfId),
);

function findName(home: number, make: (number: number) => string, nameOf: (text: string) => string): string {
  for (let number = 0; ; number++) if (homeOf(nameOf(make(number)), 4) === home) return make(number);
}

const key = (name = "", fingerprint = "f"): Pick<Call, "idempotency"> => ({ idempotency: { key: name, fingerprint } });
const shardOf = (id = "") => addressOf(id)?.shard;

/** Four shards that have been four for so long that nobody asks any more what was before. */
async function oldShards(): Promise<Shards> {
  const shards = new Shards(4);
  await shards.answer(shards.client().sweep());
  await shards.pass(26 * HOUR);
  shards.called();
  return shards;
}

describe("work without a name", () => {
  it("is spread evenly, each submit whole on one shard", async () => {
    const shards = new Shards(4);
    const client = shards.client();
    const found: (number | undefined)[] = [];
    for (let round = 0; round < 40; round++) {
      const [one, other] = await shards.submit(client, [aCall(round), aCall(round)]);
      expect(shardOf(one)).toBe(shardOf(other));
      found.push(shardOf(one));
    }
    for (const shard of [0, 1, 2, 3]) expect(found.filter((each) => each === shard)).toHaveLength(10);
  });

  it("is read where its id says, with one call, also when there are fewer shards than that and when there are more", async () => {
    const shards = new Shards(4);
    const client = shards.client();
    const given = (await Promise.all([0, 1, 2, 3].map((number) => shards.submit(client, [aCall(number)])))).flat();
    for (const count of [2, 1, 8]) {
      shards.deploy(count);
      const reader = shards.client();
      for (const id of given) expect(await shards.answer(reader.result(id, 0))).toMatchObject({ found: true, record: { id } });
      shards.called();
      for (const id of given) await shards.answer(reader.result(id, 0));
      expect(shards.called()).toEqual(given.map((id) => `results ${shardOf(id)}`));
    }
  });
});

describe("an id that was never given", () => {
  it("is unknown, and wakes no shard that cannot be one", async () => {
    const shards = new Shards(2);
    const client = shards.client();
    for (const id of ["40000000-0010-8000-8000-000000000000", "01000000-0010-8000-8000-000000000000", ids[3] ?? ""]) {
      expect(await shards.answer(client.result(id, 0))).toEqual({ found: false, why: "unknown" });
    }
    expect(shards.made.filter((shard) => shard > 1)).toEqual([]);
  });
});

describe("one shard", () => {
  it("is asked once for each submit and each result, whatever names they bear", async () => {
    const shards = new Shards(1);
    const client = shards.client();
    await shards.submit(client, [aCall(0, key(keys[1])), aCall(1, { taskId: ids[2] }), aCall(2, { ...key(keys[3]), taskId: ids[0] })]);
    await shards.submit(client, [aCall(0, key(keys[1]))]);
    await shards.answer(client.result(ids[2] ?? "", 0));
    await shards.answer(client.result(crypto.randomUUID(), 0));
    expect(shards.called()).toEqual(["submit 0", "submit 0", "results 0", "results 0"]);
  });
});

describe("a name", () => {
  it("takes its submit to its home, with one call", async () => {
    const shards = await oldShards();
    const client = shards.client();
    for (const [home, name] of keys.entries()) {
      const [id] = await shards.submit(client, [aCall(home, key(name))]);
      expect(shardOf(id)).toBe(home);
      expect(await shards.submit(client, [aCall(home, key(name))])).toEqual([id]);
      expect(await shards.submit(client, [aCall(home + 10, { taskId: ids[home] })])).toEqual([ids[home]]);
      expect(await shards.answer(client.result(ids[home] ?? "", 0))).toMatchObject({ found: true });
      expect(shards.called()).toEqual([`submit ${home}`, `submit ${home}`, `submit ${home}`, `results ${home}`]);
    }
    expect(await shards.work()).toEqual({ 0: [0, 10], 1: [1, 11], 2: [2, 12], 3: [3, 13] });
  });

  it("is one with others of the same submit: they meet on the lowest of their shards, and are found there from then on", async () => {
    const shards = await oldShards();
    const client = shards.client();
    const bulk = [aCall(0, key(keys[3])), aCall(1, { taskId: ids[1] }), aCall(2), aCall(3, { ...key(keys[2]), taskId: ids[3] })];
    const given = await shards.submit(client, bulk);
    expect(shardOf(given[0])).toBe(1);
    expect(await shards.answer(client.submit([aCall(0, key(keys[3]))]))).toEqual({ ok: true, ids: [given[0]], duplicates: [0] });
    expect(await shards.answer(client.submit([aCall(3, key(keys[2]))]))).toEqual({ ok: true, ids: [ids[3]], duplicates: [0] });
    const other = await shards.answer(client.submit([aCall(9), aCall(8, { taskId: ids[3] })]));
    expect(other).toMatchObject({ ok: false, code: "task_id_taken", index: 1 });
    expect(await shards.answer(client.result(ids[3] ?? "", 0))).toMatchObject({ found: true, record: { id: ids[3] } });
    expect(await shards.work()).toEqual({ 1: [0, 1, 2, 3] });
    expect(await shards.answer(client.forget(ids[3] ?? ""))).toBe("forgotten");
    expect(await shards.answer(client.forget(ids[3] ?? ""))).toBe("expired");
    expect(await shards.answer(client.result(ids[1] ?? "", 0))).toMatchObject({ found: true });
  });

  it("that is taken on its own shard answers one call of a bulk, or refuses all of it", async () => {
    const shards = await oldShards();
    const client = shards.client();
    const earlier: (string | undefined)[] = [];
    for (const home of [1, 2, 3]) earlier[home] = (await shards.submit(client, [aCall(home, key(keys[home]))]))[0];
    const answer = await shards.answer(client.submit([aCall(3, key(keys[3])), aCall(4, key(keys[0])), aCall(1, key(keys[1]))]));
    expect(answer).toMatchObject({ ok: true, ids: [earlier[3], expect.any(String), earlier[1]], duplicates: [0, 2] });
    const known = await shards.answer(client.submit([aCall(3, key(keys[3])), aCall(2, key(keys[2]))]));
    expect(known).toMatchObject({ ok: true, ids: [earlier[3], earlier[2]], duplicates: [0, 1] });
    const mismatch = await shards.answer(client.submit([aCall(5, { taskId: ids[0] }), aCall(6, key(keys[2], "another"))]));
    expect(mismatch).toMatchObject({ ok: false, code: "idempotency_mismatch", index: 1 });
    expect(await shards.work()).toEqual({ 0: [4], 1: [1], 2: [2], 3: [3] });
  });

  it("is decided once when submits that hold it in other company come at the same time", async () => {
    const shards = await oldShards();
    const call = (home: number) => aCall(home, key(keys[home]));
    const bulks = [[0, 3], [3, 2], [2, 3, 1], [3], [1, 3], [2], [3, 0, 1, 2]];
    const answers = await shards.answer(Promise.all(bulks.map((homes) => shards.client().submit(homes.map(call)))));
    const given = new Map<number, Set<string>>();
    for (const [index, answer] of answers.entries()) {
      if (!answer.ok) throw new Error(answer.message);
      for (const [position, id] of answer.ids.entries()) {
        const home = bulks[index]?.[position] ?? -1;
        given.set(home, (given.get(home) ?? new Set()).add(id));
      }
    }
    expect([...given.values()].map((found) => found.size)).toEqual([1, 1, 1, 1]);
    expect(
      Object.values(await shards.work())
        .flat()
        .toSorted(),
    ).toEqual([0, 1, 2, 3]);
  });

  it("is waited for with its submit wherever its task is", async () => {
    const shards = await oldShards();
    const client = shards.client();
    const [earlier] = await shards.submit(client, [aCall(3, key(keys[3]))]);
    const answer = shards.answer(client.submit([aCall(3, { ...key(keys[3]), taskId: ids[1] })], { waitSeconds: 1 }));
    expect(await answer).toMatchObject({ ok: true, ids: [earlier], duplicates: [0], record: { id: earlier, state: "PENDING" } });
  });

  it("that was lent is given back when the task it names is forgotten, not before", async () => {
    const shards = await oldShards();
    const client = shards.client();
    await shards.submit(client, [aCall(0, { taskId: ids[2], due: shards.now + 60 * HOUR }), aCall(1, key(keys[0]))]);
    expect(await shards.work()).toEqual({ 0: [1] });
    for (let day = 1; day <= 2; day++) {
      await shards.pass(26 * HOUR);
      expect(await shards.answer(client.result(ids[2] ?? "", 0))).toMatchObject({ found: true });
      expect(shards.rows(2, "loan")).toBe(1);
    }
    await shards.pass(9 * HOUR);
    expect(await shards.work()).toEqual({ 0: [0] });
    for (let day = 1; day <= 3; day++) await shards.pass(26 * HOUR);
    expect([shards.rows(2, "loan"), shards.rows(0, "alias")]).toEqual([0, 0]);
    expect(await shards.submit(client, [aCall(2, { taskId: ids[2] })])).toEqual([ids[2]]);
    expect(await shards.work()).toEqual({ 2: [2] });
  });

  it("that was lent on is given back by each in turn: asking whether it is needed is no use of it", async () => {
    const shards = await oldShards();
    const ask = (shard: number, question: { lendTo: number } | { ending: true }) =>
      shards.answer(shards.broker(shard).names({ version: 1, shards: 4, names: [nameOfKey(keys[3] ?? "")], ...question }));
    await ask(3, { lendTo: 1 });
    await ask(1, { lendTo: 0 });
    await shards.pass(20 * HOUR);
    expect((await ask(1, { ending: true })).names).toEqual([{ lentTo: 0 }]);
    await shards.pass(6 * HOUR);
    expect(shards.rows(1, "loan")).toBe(0);
    await shards.pass(26 * HOUR);
    expect(shards.rows(3, "loan")).toBe(0);
  });
});

describe("when shards are added", () => {
  it("a name that was given before is found on its former home, and decided nowhere else", async () => {
    const shards = new Shards(1);
    const before = shards.client();
    const given: (string | undefined)[] = [];
    for (const home of [0, 1, 2, 3])
      given[home] = (await shards.submit(before, [aCall(home, { ...key(keys[home]), taskId: ids[home] })]))[0];
    shards.deploy(4);
    const client = shards.client();
    for (const home of [0, 1, 2, 3]) {
      expect(await shards.answer(client.result(ids[home] ?? "", 0))).toMatchObject({ found: true, record: { id: ids[home] } });
      expect(await shards.submit(client, [aCall(home, key(keys[home]))])).toEqual([given[home]]);
      const taken = await shards.answer(client.submit([aCall(9, { taskId: ids[home] })]));
      expect(taken).toMatchObject({ ok: false, code: "task_id_taken" });
    }
    expect(await shards.work()).toEqual({ 0: [0, 1, 2, 3] });
  });

  it("who has not heard of it is turned away by whoever has, and finds the name's new home", async () => {
    const shards = new Shards(2);
    const old = shards.client();
    shards.deploy(4);
    const moved = keys.find((name) => homeOf(nameOfKey(name), 2) === 1 && homeOf(nameOfKey(name), 4) > 1) ?? "";
    const home = homeOf(nameOfKey(moved), 4);
    const [id] = await shards.submit(shards.client(), [aCall(0, key(moved))]);
    expect(shardOf(id)).toBe(home);
    expect(await shards.submit(old, [aCall(0, key(moved))])).toEqual([id]);
    expect(await shards.work()).toEqual({ [home]: [0] });
  });

  it("a sweep tells every shard of it, so that none decides any more what is at home elsewhere by now", async () => {
    const shards = new Shards(1);
    const old = shards.client();
    await shards.submit(old, [aCall(0)]);
    await shards.answer(shards.client(4).sweep());
    const [id] = await shards.submit(old, [aCall(1, key(keys[3]))]);
    expect(shardOf(id)).toBe(3);
  });

  it("former homes are asked for a day and an hour, then a name costs one call again", async () => {
    const shards = new Shards(1);
    await shards.submit(shards.client(), [aCall(0)]);
    shards.deploy(4);
    const client = shards.client();
    await shards.answer(client.sweep());
    shards.called();
    await shards.submit(client, [aCall(1, key(keys[3]))]);
    const former = homesOf(nameOfKey(keys[3] ?? ""), 4).slice(1);
    expect(shards.called()).toEqual(["submit 3", "names 3", ...former.map((home) => `names ${home}`), "submit 3"]);
    await shards.pass(25 * HOUR + 1);
    shards.called();
    await shards.submit(client, [aCall(2, key(keys[3]))]);
    expect(shards.called()).toEqual(["submit 3"]);
  });
});

describe("when shards are taken away", () => {
  it("names stay where they are, new work goes to those that are left, and all are swept and counted", async () => {
    const shards = await oldShards();
    const [id] = await shards.submit(shards.client(), [aCall(0, { ...key(keys[3]), taskId: ids[2] })]);
    shards.deploy(1);
    const client = shards.client();
    expect(await shards.submit(client, [aCall(0, key(keys[3]))])).toEqual([id]);
    expect(await shards.answer(client.result(ids[2] ?? "", 0))).toMatchObject({ found: true });
    for (let round = 0; round < 8; round++) expect(shardOf((await shards.submit(client, [aCall(1)]))[0])).toBe(0);
    shards.called();
    await shards.answer(shards.client().sweep());
    expect(shards.called()).toEqual(["sweep 0", "sweep 1", "sweep 2", "sweep 3"]);
    expect((await shards.answer(client.stats())).map(({ shard }) => shard)).toEqual([0, 1, 2, 3]);
  });
});
