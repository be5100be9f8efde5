import type { SignatureJson } from "../../src/core/canvas/signature.ts";
import type { Random } from "./random.ts";
import { replacementOf } from "./replacement.ts";

/** How deep canvases are nested at most. */
const DEEPEST = 5;
/** How many calls one has at most, callbacks and errbacks not counted. */
const MOST_CALLS = 24;

/** What is released waits so long at most (seconds). */
const LONGEST_COUNTDOWN = 5;

/** A canvas, and the tokens of its calls: each stands in one call. */
export interface RandomCanvas {
  json: SignatureJson;
  tokens: string[];
}

/** Tokens of canvases begin so. */
const MARK = "canvas";

/** Whether a token is that of a call in a canvas. */
export function isOfCanvas(token: string): boolean {
  return token.startsWith(MARK);
}

/** Makes a canvas by chance: nested at most five deep; some of its tasks fail, have callbacks and errbacks, take time, lie in another queue, go first, expire, wait once they are released, or are replaced (`replacing`). */
export function randomCanvas(random: Random, number: number, { replacing = true } = {}): RandomCanvas {
  const tokens: string[] = [];
  const failing = random.chance(0.35) ? 0.12 : 0;
  const called = random.chance(0.5) ? 0.2 : 0;
  const lasting = random.pick([0, 0.2, 1]);
  const apart = random.chance(0.5) ? random.pick([0.1, 0.5]) : 0;
  const replaced = replacing && random.chance(0.4) ? 0.15 : 0;
  const expiring = random.chance(0.1) ? 0.2 : 0;

  const leaf = (callback = false): SignatureJson => {
    const token = `${MARK}${number}.${tokens.length}`;
    tokens.push(token);
    const task = random.chance(failing) ? "tasks.fail" : random.pick(["tasks.identity", "tasks.xsum"]);
    const options: Record<string, unknown> = {};
    if (!callback && random.chance(called)) options.link = callbacks();
    if (!callback && random.chance(called)) options.link_error = callbacks();
    if (random.chance(apart)) options.queue = "other";
    if (random.chance(apart)) options.priority = random.between(0, 9);
    if (random.chance(apart / 2)) options.countdown = random.pick([0.05, 1, LONGEST_COUNTDOWN]);
    // What nobody knows the id of cannot be known to have expired.
    if (!callback && random.chance(expiring)) options.expires = random.pick([0.2, 5, 600]);
    const kwargs: Record<string, unknown> = random.chance(lasting) ? { token, milliseconds: random.between(1, 500) } : { token };
    if (!callback && random.chance(replaced)) kwargs.replacement = replacement();
    return { task, args: [1], kwargs, options, subtask_type: null, immutable: random.chance(0.3) };
  };
  // It ends in a group: a task at its end would run under the id of the one that is replaced, and could not be told from it.
  const replacement = (): SignatureJson => {
    const members = composed("group", { tasks: Array.from({ length: random.between(0, 3) }, () => leaf(true)) });
    return random.chance(0.5) ? members : composed("chain", { tasks: [leaf(true), members, composed("group", { tasks: [leaf(true)] })] });
  };
  const callbacks = (): SignatureJson[] => Array.from({ length: random.between(1, 2) }, () => leaf(true));
  const several = (least: number, depth: number) => Array.from({ length: random.between(least, 4) }, () => make(depth + 1));
  const make = (depth: number): SignatureJson => {
    const kind = depth >= DEEPEST || tokens.length >= MOST_CALLS ? 0 : random.between(depth === 0 ? 2 : 0, 7);
    if (kind <= 1) return leaf();
    if (kind <= 3) return composed("chain", { tasks: several(1, depth) });
    if (kind <= 5) return composed("group", { tasks: several(0, depth) });
    return composed("chord", { header: several(0, depth), body: make(depth + 1), kwargs: {} });
  };
  return { json: make(0), tokens };
}

/** A canvas in few words, for people: `chord(group(xsum 0, identity 1!), fail 2)`; with `!` what is immutable, then callbacks and errbacks. */
export function sketch({ task, kwargs = {}, options = {}, subtask_type: kind, immutable }: SignatureJson): string {
  const list = (value: unknown) => (Array.isArray(value) ? value.map(sketch).join(", ") : "");
  if (kind === "chord") return `chord([${list(kwargs.header)}], ${sketch(kwargs.body as SignatureJson)})`;
  if (kind !== null) return `${kind}(${list(kwargs.tasks)})`;
  const callbacks = [options.link === undefined ? "" : ` -> [${list(options.link)}]`];
  if (options.link_error !== undefined) callbacks.push(` -x [${list(options.link_error)}]`);
  const by = replacementOf(kwargs);
  if (by !== undefined) callbacks.push(` => ${sketch(by)}`);
  return `${task.split(".")[1]} ${String(kwargs.token).split(".")[1]}${immutable === true ? "!" : ""}${callbacks.join("")}`;
}

function composed(kind: "chain" | "group" | "chord", kwargs: Record<string, unknown>): SignatureJson {
  return { task: `celery.${kind}`, args: [], kwargs, options: {}, subtask_type: kind, immutable: false };
}
