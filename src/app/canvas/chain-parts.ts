import type { ChainParts, ChordParts, GroupParts, SignatureParts } from "./signature-parts.ts";
import { noParts } from "./signature-parts.ts";

/**
 * Puts steps one after the other, as Celery's `|` does: chains in a chain are one chain; a group that something follows is a chord's header, and what follows a chord joins
 * its body; an empty group that something comes before is left out; a chain of one step is that step. What has options, callbacks or arguments of its own stays as it is where it would lose
 * them. The steps are taken over, not copied.
 *
 * Unlike in Celery a group of one stays a group: what follows it is given a list.
 */
export function chainParts(steps: readonly SignatureParts[]): SignatureParts {
  const chained: SignatureParts[] = [];
  for (const step of steps.flatMap(unchain)) append(chained, step);
  const [only] = chained;
  return chained.length === 1 && only !== undefined ? only : chainOf(chained);
}

function chainOf(tasks: SignatureParts[]): ChainParts {
  return { kind: "chain", tasks, ...noParts() };
}

/** Celery's `chord(header, body)`. */
export function chordOf(header: SignatureParts[], body: SignatureParts): ChordParts {
  return { kind: "chord", header, body, ...noParts() };
}

/** Celery's `group(…)`: a group directly in a group is part of it. */
export function groupOf(members: readonly SignatureParts[]): GroupParts {
  const tasks = members.flatMap((member) => (member.kind === "group" && isBare(member) ? member.tasks : [member]));
  return { kind: "group", tasks, ...noParts() };
}

function unchain(step: SignatureParts): SignatureParts[] {
  return step.kind === "chain" && isBare(step) ? step.tasks : [step];
}

function append(chained: SignatureParts[], step: SignatureParts): void {
  const last = chained.at(-1);
  if (last === undefined) {
    chained.push(step);
    return;
  }
  if (step.kind === "group" && step.tasks.length === 0) return;
  if (last.kind === "group" && isBare(last)) chained[chained.length - 1] = chordOf(last.tasks, step);
  else if (last.kind === "chord" && isBare(last)) last.body = chainParts([last.body, step]);
  else chained.push(step);
}

/** Nothing but its members would be lost with it. */
function isBare({ args, options, links, errbacks, immutable }: SignatureParts): boolean {
  return args.length + links.length + errbacks.length === 0 && Object.keys(options).length === 0 && !immutable;
}
