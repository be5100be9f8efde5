import type { BenchCase } from "../bench-case.ts";
import { between } from "../meter.ts";
import type { Server } from "../server.ts";

const MEMBERS = 10_000;
const BODY = 1;

/** A signature of Celery's JSON. */
type Signature = Readonly<Record<string, unknown>>;

/** How long a canvas took, from its submit until its end was told, and how many rows it wrote. */
interface Timed {
  milliseconds: number;
  rowsWritten: number;
  /** The document that told of its end. */
  document: { result?: unknown; ready?: boolean; successful?: boolean };
}

/** A chord beside a group of the same members, a pair in each run. */
export const chordBesideGroup: BenchCase = {
  name: "chord",
  title: `a chord over ${MEMBERS} beside a group of ${MEMBERS}, each waited for with ?wait; the chord's sum and the group's success verified`,
  async run({ server, sized }) {
    const members = Array.from({ length: sized(MEMBERS) }, (_, number) => signature("tasks.add", [number, 1]));
    const group = await runCanvas(server, composed("group", { tasks: members }), members.length);
    if (group.document.successful !== true) throw new Error("the group has not succeeded");
    const header = { header: members, body: signature("tasks.sum", []), kwargs: {} };
    const chord = await runCanvas(server, composed("chord", header), members.length + BODY);
    const sum = (members.length * (members.length + 1)) / 2;
    if (chord.document.result !== sum) throw new Error(`expected the sum ${sum}, got ${JSON.stringify(chord.document).slice(0, 300)}`);
    return [
      { figure: "group", unit: "ms", value: group.milliseconds },
      { figure: "chord", unit: "ms", value: chord.milliseconds },
      { figure: "chord to group", unit: "x", value: chord.milliseconds / group.milliseconds },
      { figure: "rows written", unit: "a member", value: chord.rowsWritten / members.length },
    ];
  },
};

async function runCanvas(server: Server, canvas: Signature, tasks: number): Promise<Timed> {
  const body = JSON.stringify(canvas);
  const before = await server.stats();
  const start = performance.now();
  const answer = await fetch(`${server.url}/v1/canvas?wait=60`, { method: "POST", headers: { "content-type": "application/json" }, body });
  const text = await answer.text();
  const milliseconds = performance.now() - start;
  if (answer.status !== 200) throw new Error(`expected the canvas to end in time, got ${answer.status}: ${text.slice(0, 500)}`);
  await server.until("ended", before.tasks.ended + tasks);
  const { units } = between(before, await server.stats());
  return { milliseconds, rowsWritten: units.rowsWritten, document: JSON.parse(text) };
}

function signature(task: string, args: unknown[]): Signature {
  return { task, args, kwargs: {}, options: {}, subtask_type: null, immutable: false };
}

function composed(kind: "group" | "chord", kwargs: Signature): Signature {
  return { task: `celery.${kind}`, args: [], kwargs, options: {}, subtask_type: kind, immutable: false };
}
