import type { WorkflowBody, WorkflowCall } from "../core/canvas/workflow.ts";
import { type Placeable, paginate } from "../core/page.ts";
import type { Book } from "./book.ts";
import type { Named } from "./store/names.ts";
import { Workflow, type WorkflowRecord } from "./workflow.ts";

/** A canvas to be written down. */
export interface NewWorkflow extends WorkflowBody {
  /** Of the submit that it came with. */
  nonce: string;
  given?: string;
  into?: Named;
}

/** So long a canvas without calls is known: nothing of it can be waited for. */
const DAY = 86_400_000;

/** What was written: the workflow, and where its calls lie. */
export interface WrittenWorkflow {
  workflow: Workflow;
  places: Named[];
}

/** Writes a canvas down on pages of its own: what waits for others sleeps there. Its calls' names are the caller's to write. Inside a transaction. */
export function writeWorkflow(book: Book, { calls, plan, nonce, given, into }: NewWorkflow, now: number): WrittenWorkflow {
  const record: WorkflowRecord = { version: 1, plan, places: [] };
  if (given !== undefined) record.given = given;
  if (into !== undefined) record.into = into;
  for (const [call, { release }] of calls.entries()) {
    if (release === undefined) continue;
    record.release ??= {};
    record.release[call] = release;
  }
  const workflow = new Workflow(book.meta.nextPage(), record);
  workflow.start();
  book.workflows.begin(workflow);
  const placeables = calls.map((call, position): Placeable => {
    const sleeps = workflow.sleeps(position);
    return { call: book.limits.under(sleeps ? call : released(call, now)), nonce, position, sleeps };
  });
  const { drafts, places } = paginate(placeables, now, workflow.id);
  const pages = drafts.map((draft) => book.write(draft, now));
  record.places = pages.flatMap(({ id, head }) =>
    (head.w?.at ?? []).map(([call, slot, count]): WorkflowRecord["places"][number] => [id, slot, call, count]),
  );
  record.places.sort((a, b) => a[2] - b[2]);
  book.workflows.write(workflow);
  // A canvas without calls has no page to go with.
  if (pages.length === 0) book.late.put({ page: workflow.id, expires: now + DAY });
  return { workflow, places: places.map(({ draft, slot }) => ({ page: pages[draft]?.id ?? 0, slot })) };
}

/** A call that comes first: what counts from its release counts from now. */
function released({ release, ...call }: WorkflowCall, now: number): WorkflowCall {
  if (release?.countdown !== undefined) call.due = now + release.countdown;
  if (release?.expires !== undefined) call.expires = now + release.expires;
  return call;
}
