import { PATIENCE, type Row, type Stage } from "./row.ts";

const timeout = PATIENCE;

type Kin = Awaited<ReturnType<Awaited<ReturnType<Stage["tasks"]["family"]["delay"]>>["get"]>>;

/** Who called whom. */
export const lineageRows: readonly Row[] = [
  {
    name: "3 root and parent ids of a call from outside, of its child and of its grandchild",
    async see({ app, tasks: { family } }) {
      const kin = [await (await family.delay(2)).get({ timeout })];
      for (let child = kin[0]?.child; typeof child === "string"; child = kin.at(-1)?.child) {
        kin.push(await app.AsyncResult<Kin>(child).get({ timeout }));
      }
      return describe(kin);
    },
    shows: ["root own, parent none", "root first, parent the one before", "root first, parent the one before"],
  },
  {
    name: "H25 the same of tasks that run where they are called",
    see: async ({ tasks: { eagerFamily } }) => describe(await (await eagerFamily.apply({ args: [2] })).get()),
    shows: ["root own, parent none", "root first, parent the one before", "root first, parent the one before"],
  },
];

function describe(kin: readonly Kin[]): string[] {
  return kin.map(({ id, rootId, parentId }, index) => {
    const root = rootId === id ? "own" : rootId === kin[0]?.id ? "first" : rootId;
    return `root ${root}, parent ${parentId === null ? "none" : parentId === kin[index - 1]?.id ? "the one before" : parentId}`;
  });
}
