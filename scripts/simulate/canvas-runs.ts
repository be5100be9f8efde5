import type { SignatureJson } from "../../src/core/canvas/signature.ts";
import { replacementOf } from "./replacement.ts";

/** What something comes after: a call, or the join of a group. */
type After = "call" | "join";

/** How a part ended, and what the next one comes after. */
interface Ended {
  succeeded: boolean;
  by: After;
}

/**
 * Which calls of a canvas are to run, by their tokens, said from its JSON alone: a step runs when the one before has succeeded, a body when its whole header has; a
 * callback when its task has succeeded, an errback when it has failed or comes at once after a group that has. A task that is replaced runs, and ends as its
 * replacement does. All others are never to run.
 */
export function runsOf(json: SignatureJson): ReadonlySet<string> {
  const runs = new Set<string>();
  run(json, false, runs);
  return runs;
}

/** Runs a part; nothing for an empty group that something comes before in its chain: Celery leaves it out. */
function run(part: SignatureJson, later: boolean, runs: Set<string>): Ended | undefined {
  const { kwargs = {}, options = {} } = part;
  switch (part.subtask_type) {
    case "chain":
      return follow(partsOf(kwargs.tasks), undefined, later, runs);
    case "group":
      return later && isEmpty(part) ? undefined : runAll(partsOf(kwargs.tasks), runs);
    case "chord": {
      const header = runAll(partsOf(kwargs.header), runs);
      const body = kwargs.body as SignatureJson;
      return header.succeeded ? run(body, false, runs) : skip(body, header.by, false, runs);
    }
    default: {
      runs.add(String(kwargs.token));
      const by = replacementOf(kwargs);
      const succeeded = part.task !== "tasks.fail" && (by === undefined || run(by, false, runs)?.succeeded !== false);
      runAll(partsOf(succeeded ? options.link : options.link_error), runs);
      return { succeeded, by: "call" };
    }
  }
}

/** A part that can no longer run, after something that has failed. */
function skip(part: SignatureJson, after: After, later: boolean, runs: Set<string>): Ended {
  const { kwargs = {}, options = {} } = part;
  switch (part.subtask_type) {
    case "chain":
      return follow(partsOf(kwargs.tasks), { succeeded: false, by: after }, later, runs) ?? { succeeded: false, by: after };
    case "group":
      if (later && isEmpty(part)) return { succeeded: false, by: after };
      for (const member of partsOf(kwargs.tasks)) skip(member, after, false, runs);
      return { succeeded: false, by: "join" };
    case "chord":
      for (const member of partsOf(kwargs.header)) skip(member, after, false, runs);
      return skip(kwargs.body as SignatureJson, "join", false, runs);
    default:
      if (after === "join") runAll(partsOf(options.link_error), runs);
      return { succeeded: false, by: "call" };
  }
}

function follow(steps: readonly SignatureJson[], before: Ended | undefined, later: boolean, runs: Set<string>): Ended | undefined {
  let ended = before;
  for (const [index, step] of steps.entries()) {
    const follows = later || index > 0;
    ended = ended?.succeeded === false ? skip(step, ended.by, follows, runs) : (run(step, follows, runs) ?? ended);
  }
  return ended;
}

function runAll(parts: readonly SignatureJson[], runs: Set<string>): Ended {
  const ended = parts.map((part) => run(part, false, runs));
  return { succeeded: ended.every((each) => each?.succeeded !== false), by: "join" };
}

/** A group directly in a group is part of it. */
function isEmpty(part: SignatureJson): boolean {
  return part.subtask_type === "group" && partsOf(part.kwargs?.tasks).every(isEmpty);
}

function partsOf(value: unknown): readonly SignatureJson[] {
  return Array.isArray(value) ? value : [];
}
