import type { Addresses } from "./addresses.ts";
import type { Grant, GrantedTask } from "./api.ts";
import type { Book } from "./book.ts";
import type { Lease, Run } from "./lease.ts";
import type { OpenPage } from "./open-page.ts";
import type { StepLines } from "./step-lines.ts";

/** What a grant is written from. */
export interface GrantParts {
  book: Book;
  addresses: Addresses;
  lines: StepLines;
}

/** Writes out what is granted under a lease: each task with its line; a step of a workflow with what it takes from those before it. Inside a transaction. */
export function grantOf(
  { book, addresses, lines: steps }: GrantParts,
  lease: Lease | undefined,
  granted: readonly Run[],
  now: number,
): Grant {
  const tasks: GrantedTask[] = [];
  if (lease !== undefined) {
    for (const [page, first, count, attempt] of granted) {
      const open = book.open.get(page);
      if (open === undefined) continue;
      const lines = book.lines.of(page);
      const ids = addresses.idsOf(page, first, count);
      for (let slot = first; slot < first + count; slot++) {
        if (!lease.holds(page, slot)) continue;
        const own = book.notes.line(open, slot) ?? lines[slot] ?? "";
        const isStep = open.row.head.w !== undefined;
        const line = isStep ? steps.granted(open, slot, own) : own;
        const id = (isStep ? steps.grantedId(open, slot) : undefined) ?? ids[slot - first] ?? "";
        tasks.push(task(open, slot, attempt, id, line));
      }
    }
  }
  const grant: Grant = { version: 1, lease: lease?.id ?? null, leaseMilliseconds: book.leaseMilliseconds, tasks };
  steps.values.forget();
  if (tasks.length > 0 && book.limits.times !== undefined) grant.timeLimits = book.limits.times;
  return tasks.some(({ expires }) => expires !== undefined) ? { ...grant, now } : grant;
}

function task(page: OpenPage, slot: number, attempt: number, id: string, line: string): GrantedTask {
  const granted: GrantedTask = { page: page.id, slot, attempt, id: page.alias(slot) ?? id, line };
  const due = page.due(slot);
  if (due !== undefined) granted.due = due;
  const expires = page.expires(slot);
  if (expires !== undefined) granted.expires = expires;
  const retries = page.note(slot)?.retries;
  if (retries !== undefined) granted.retries = retries;
  return granted;
}
