import { chain, chord, group } from "../../../src/app/canvas/canvas.ts";
import { ResultSet } from "../../../src/app/canvas/result-set.ts";
import type { Signature } from "../../../src/app/canvas/signature.ts";
import { eventually, kindThrownBy, PATIENCE, type Row, type Stage, thrownBy } from "./row.ts";

const timeout = PATIENCE;

const tsum = ({ app }: Stage) => app.signature<[numbers: number[]], number>("rows.tsum");

/** A canvas that needs no more arguments. */
interface Sendable {
  stamp(stamps: Record<string, unknown>): { delay(): Promise<{ get(options: { timeout: number }): Promise<unknown> }> };
}

/** Canvases of tasks that would add, by their shape. */
const SHAPES: Readonly<Record<string, (stage: Stage) => Sendable>> = {
  "a task": ({ tasks: { add } }) => add.s(1, 1),
  "a chain": ({ tasks: { add } }) => chain(add.s(1, 1), add.s(2)),
  "a group": ({ tasks: { add } }) => group(add.s(1, 1), add.s(2, 2)),
  "a chord": (stage) => chord([stage.tasks.add.s(1, 1), stage.tasks.add.s(2, 2)], tsum(stage)),
  "a chord in a chain": (stage) => chain(stage.tasks.add.s(1, 1), group(stage.tasks.add.s(1), stage.tasks.add.s(2)), tsum(stage)),
  "a group of chains": ({ tasks: { add } }) => group(chain(add.s(1, 1), add.s(2)), chain(add.s(3, 3), add.s(4))),
  "a chord of chords": (stage) => chord([chord([stage.tasks.add.s(1, 1)], tsum(stage))], tsum(stage)),
};

/** Signatures and their results, as people write them in a Worker. */
export const signatureRows: readonly Row[] = [
  {
    name: "B15 a task that sends a canvas and returns its result",
    async see({ app, tasks: { add } }) {
      const tuple = (await await app.AsyncResult(await idOf(app.signature("rows.send_canvas"))).get({ timeout })) as [
        [string, unknown[]],
        null,
      ];
      const [[id, parent], children] = tuple;
      const found = await app.AsyncResult<number[]>(id).get({ timeout });
      return [found, Array.isArray(parent), children, add.name];
    },
    shows: [19, true, null, "rows.add"],
  },
  {
    name: "C1 a set of results",
    async see({ tasks: { add } }) {
      return new ResultSet([await add.delay(1, 1), await add.delay(2, 2)]).get({ timeout });
    },
    shows: [2, 4],
  },
  {
    name: "C2 a set of results of which one failed",
    async see({ tasks: { add, fail } }) {
      const set = new ResultSet<unknown>([await fail.delay(), await add.delay(1, 1)]);
      await set.get({ timeout, propagate: false });
      const [first, second] = set.results;
      return [await first?.failed(), await second?.successful(), await set.completedCount(), await kindThrownBy(set.get({ timeout }))];
    },
    shows: [true, true, 1, "ExpectedError"],
  },
  {
    name: "C3 an empty set, added to twice",
    async see({ tasks: { add } }) {
      const set = new ResultSet<number>();
      set.add(await add.delay(1, 1)).add(await add.delay(2, 2));
      return set.get({ timeout });
    },
    shows: [2, 4],
  },
  {
    name: "4.1 a chain's result knows its parents; collect, get_leaf and graph walk what came of the first",
    async see({ tasks: { add } }) {
      const last = await chain(add.s(1, 1), add.s(2), add.s(3)).delay();
      await last.get({ timeout });
      const first = last.parent?.parent;
      if (first === undefined || first === null || !("collect" in first)) return "no parents";
      const values: unknown[] = [];
      for await (const [, value] of (first as typeof last).collect({ timeout })) values.push(value);
      const graph = await (first as typeof last).graph();
      return [values, await (first as typeof last).getLeaf({ timeout }), [...graph.values()].map((children) => children.length)];
    },
    shows: [[2, 4, 7], 7, [1, 1, 0]],
  },
  {
    name: "4.1 a group's result: counted, walked in order, told as its members end, and found again by its id",
    async see({ app, tasks: { add, fail } }) {
      const result = await group(add.s(1, 1), fail.s(), add.s(2, 2)).delay();
      const ended: boolean[] = [];
      for await (const member of result) ended.push(await member.ready());
      const again = app.GroupResult(result.id);
      const values = (await again.get({ timeout, propagate: false })).map((value) => (value instanceof Error ? value.name : value));
      return [
        ended,
        await again.completedCount(),
        await again.failed(),
        await again.waiting(),
        values,
        await kindThrownBy(result.join({ timeout })),
      ];
    },
    shows: [[true, true, true], 2, true, false, [2, "ExpectedError", 4], "ExpectedError"],
  },
  {
    name: "5.5 link and link_error of a call",
    async see({ tasks: { add, fail } }) {
      const { note, notebook } = await import("./canvas-tasks.ts");
      await add.applyAsync({ args: [2, 2], link: [note.s("linked"), note.si("unmoved", "linked")] });
      await fail.applyAsync({ linkError: note.si("failed", "linked") });
      const words = await eventually(
        async () => notebook.get("linked") ?? [],
        (seen) => seen.length === 3,
      );
      return words.map(String).sort();
    },
    shows: ["4", "failed", "unmoved"],
  },
  {
    name: "5.8 G stamps of a canvas reach each of its tasks",
    async see({ app }) {
      const stampsOf = () => app.signature<[], Record<string, unknown>>("rows.stamps_of");
      return (await group(stampsOf(), chain(stampsOf())).stamp({ trace: "a" }).delay()).get({ timeout });
    },
    shows: [{ trace: "a" }, { trace: "a" }],
  },
  ...Object.entries(SHAPES).flatMap(([shape, make]) =>
    (["a value", "a list of values"] as const).map(
      (what): Row => ({
        name: `H14 revoke_by_stamped_headers, then ${shape}, stamped with ${what}`,
        async see(stage) {
          const value = `${shape}, ${what}`;
          await stage.app.control.revokeByStampedHeaders({ monitoring: [value] });
          const result = await make(stage)
            .stamp({ monitoring: what === "a value" ? value : [value, "another"] })
            .delay();
          return kindThrownBy(result.get({ timeout }));
        },
        shows: "TaskRevokedError",
      }),
    ),
  ),
  {
    name: "H29 replaced_task_nesting: 0 for a plain task, 1 and 2 for those that took its place, in a chain too",
    async see({ app }) {
      const nesting = (times: number) => app.signature<[], number>("rows.nesting", [times]);
      const plain = await (await nesting(0).delay()).get({ timeout });
      const once = await (await nesting(1).delay()).get({ timeout });
      const twice = await (await nesting(2).delay()).get({ timeout });
      const inChain = await (await chain(nesting(2), app.signature<[number], number>("rows.identity")).delay()).get({ timeout });
      return [plain, once, twice, inChain];
    },
    shows: [0, 1, 2, 2],
  },
  {
    name: "a canvas that may not be sent is refused where it is called, with the path of the fault",
    async see({ app, tasks: { add } }) {
      const thrown = await thrownBy(chain(add.s(1, 1), app.signature<[number], number>("rows.plus", [], { nobody: 1 })).delay());
      return thrown.includes("kwargs.tasks[1]");
    },
    shows: true,
  },
];

async function idOf(signature: Signature<unknown[], unknown, "one">): Promise<string> {
  return (await signature.delay()).id;
}
