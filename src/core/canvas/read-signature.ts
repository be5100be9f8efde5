import type { Fault } from "../errors.ts";
import { describeValue, isPlainObject, memberPath } from "../json-value.ts";
import { didYouMean } from "../nearest.ts";
import type { Canvas, TaskPart } from "./signature.ts";

/** How deep canvases may be nested; Python refuses some hundred itself. */
export const DEEPEST_CANVAS = 500;
/** At most so many faults are told. */
const MOST_FAULTS = 20;

const KEYS = ["task", "args", "kwargs", "options", "subtask_type", "immutable"] as const;
const KINDS = ["chain", "group", "chord", "chunks", "xmap", "xstarmap"] as const;
type Kind = (typeof KINDS)[number];

/** The name by which Celery calls each kind, where `subtask_type` does not say. */
const KIND_OF_TASK: ReadonlyMap<string, Kind> = new Map([
  ["celery.chain", "chain"],
  ["celery.group", "group"],
  ["celery.chord", "chord"],
  ["celery.chunks", "chunks"],
]);

/** What was read, or every fault. */
export type ReadSignature = { canvas: Canvas } | { faults: Fault[] };

/**
 * Reads a signature out of Celery's JSON, with all that is nested in it: `chunks` becomes the group of starmaps that it stands for. Which tasks there are and whether
 * their arguments fit is not looked at. Tells every fault, up to twenty, with its path (`kwargs.tasks[1].args`). `path` is where the signature itself stands, "" at the top.
 */
export function readSignature(value: unknown, path = ""): ReadSignature {
  const reader = new SignatureReader();
  const canvas = reader.read(value, path, 0);
  return canvas === undefined || reader.faults.length > 0 ? { faults: reader.faults } : { canvas };
}

class SignatureReader {
  readonly faults: Fault[] = [];

  read(value: unknown, path: string, depth: number): Canvas | undefined {
    if (this.faults.length >= MOST_FAULTS) return undefined;
    if (depth > DEEPEST_CANVAS) return this.#refuse(path, `expected at most ${DEEPEST_CANVAS} levels of nesting`);
    if (!isPlainObject(value)) {
      return this.#refuse(
        path,
        `expected a signature such as {"task": "tasks.add", "args": [2, 3], "kwargs": {}, "options": {}}, got ${describeValue(value)}`,
      );
    }
    for (const key of Object.keys(value)) {
      if (!(KEYS as readonly string[]).includes(key)) {
        this.#refuse(
          at(path, key),
          `'${key.slice(0, 80)}' is no key of a signature${didYouMean(key, KEYS) || `; there are ${KEYS.join(", ")}`}`,
        );
      }
    }
    const { task } = value;
    if (typeof task !== "string" || task === "") {
      return this.#refuse(at(path, "task"), `expected the name of a task, got ${describeValue(task)}`);
    }
    const args = this.#list(value.args, at(path, "args"));
    const kwargs = this.#table(value.kwargs, at(path, "kwargs"));
    const { link, link_error, ...options } = this.#table(value.options, at(path, "options"));
    const immutable = this.#flag(value.immutable, at(path, "immutable"));
    const part = {
      immutable,
      options: withoutNull(options),
      links: this.#callbacks(link, at(path, "options.link"), depth),
      errbacks: this.#callbacks(link_error, at(path, "options.link_error"), depth),
      path,
    };
    switch (this.#kind(value.subtask_type, task, path)) {
      case "chain":
        return { kind: "chain", steps: this.#steps(kwargs, path, depth, args), ...part };
      case "group":
        return { kind: "group", members: withArgs(this.#members(kwargs.tasks, at(path, "kwargs.tasks"), depth), args), ...part };
      case "chord": {
        const body = this.read(kwargs.body, at(path, "kwargs.body"), depth + 1);
        const header = this.#header(kwargs.header, at(path, "kwargs.header"), depth);
        const more = this.#table(kwargs.kwargs, at(path, "kwargs.kwargs"));
        if (body === undefined) return undefined;
        return { kind: "chord", header: withArgs(header, args).map((each) => withKwargs(each, more)), body, ...part };
      }
      case "chunks":
        return { kind: "group", members: this.#chunks(kwargs, path), ...part, immutable: false };
      default:
        return { kind: "task", task, args, kwargs, ...part };
    }
  }

  #kind(value: unknown, task: string, path: string): Kind | undefined {
    if (value === undefined || value === null) return KIND_OF_TASK.get(task);
    const kind = KINDS.find((each) => each === value);
    if (kind === undefined)
      this.#refuse(at(path, "subtask_type"), `expected null or one of ${KINDS.join(", ")}, got ${describeValue(value)}`);
    return kind;
  }

  #steps(kwargs: Readonly<Record<string, unknown>>, path: string, depth: number, args: readonly unknown[]): Canvas[] {
    const steps = this.#members(kwargs.tasks, at(path, "kwargs.tasks"), depth);
    if (Array.isArray(kwargs.tasks) && kwargs.tasks.length === 0)
      this.#refuse(at(path, "kwargs.tasks"), "expected at least one step, got none");
    const [first, ...rest] = steps;
    return first === undefined ? [] : [...withArgs([first], args), ...rest];
  }

  #members(value: unknown, path: string, depth: number): Canvas[] {
    if (!Array.isArray(value)) {
      this.#refuse(path, `expected an array of signatures, got ${describeValue(value)}`);
      return [];
    }
    const members: Canvas[] = [];
    for (const [index, each] of value.entries()) {
      const member = this.read(each, `${path}[${index}]`, depth + 1);
      if (member !== undefined) members.push(member);
      if (this.faults.length >= MOST_FAULTS) break;
    }
    return members;
  }

  /** A chord's header is a list of signatures, or one: a group is its members. */
  #header(value: unknown, path: string, depth: number): readonly Canvas[] {
    if (!isPlainObject(value)) return this.#members(value, path, depth);
    const header = this.read(value, path, depth + 1);
    if (header === undefined) return [];
    return header.kind === "group" && header.links.length + header.errbacks.length === 0 ? header.members : [header];
  }

  #callbacks(value: unknown, path: string, depth: number): Canvas[] {
    if (value === undefined || value === null) return [];
    return Array.isArray(value) ? this.#members(value, path, depth) : this.#members([value], path, depth);
  }

  /** Celery runs each chunk as one task that calls the inner one for each item of it. */
  #chunks(kwargs: Readonly<Record<string, unknown>>, path: string): TaskPart[] {
    const { task, it, n } = kwargs;
    if (!Array.isArray(it)) this.#refuse(at(path, "kwargs.it"), `expected an array of argument lists, got ${describeValue(it)}`);
    if (typeof n !== "number" || !Number.isInteger(n) || n < 1)
      this.#refuse(at(path, "kwargs.n"), `expected a whole number, 1 or more, got ${describeValue(n)}`);
    if (!isPlainObject(task)) this.#refuse(at(path, "kwargs.task"), `expected a signature, got ${describeValue(task)}`);
    if (!Array.isArray(it) || typeof n !== "number" || this.faults.length > 0) return [];
    const chunks: TaskPart[] = [];
    for (let from = 0; from < it.length; from += n) {
      const chunk = { task: "celery.starmap", args: [], kwargs: { task, it: it.slice(from, from + n) } };
      chunks.push({ kind: "task", ...chunk, immutable: true, options: {}, links: [], errbacks: [], path: at(path, "kwargs.it") });
    }
    return chunks;
  }

  #list(value: unknown, path: string): readonly unknown[] {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return value;
    this.#refuse(path, `expected an array, got ${describeValue(value)}`);
    return [];
  }

  #table(value: unknown, path: string): Readonly<Record<string, unknown>> {
    if (value === undefined || value === null) return {};
    if (isPlainObject(value)) return value;
    this.#refuse(path, `expected an object, got ${describeValue(value)}`);
    return {};
  }

  #flag(value: unknown, path: string): boolean {
    if (value === undefined || value === null) return false;
    if (typeof value === "boolean") return value;
    this.#refuse(path, `expected true or false, got ${describeValue(value)}`);
    return false;
  }

  #refuse(path: string, message: string): undefined {
    if (this.faults.length < MOST_FAULTS) this.faults.push({ path, message });
    return undefined;
  }
}

/** Puts arguments in front of those of every part, as a partial call does. Immutable parts take none. */
export function withArgs(parts: readonly Canvas[], args: readonly unknown[]): readonly Canvas[] {
  return args.length === 0 ? parts : parts.map((part) => prepend(part, args));
}

function prepend(part: Canvas, args: readonly unknown[]): Canvas {
  if (part.immutable) return part;
  if (part.kind === "task") return { ...part, args: [...args, ...part.args] };
  if (part.kind === "group") return { ...part, members: withArgs(part.members, args) };
  if (part.kind === "chord") return { ...part, header: withArgs(part.header, args) };
  const [first, ...rest] = part.steps;
  return first === undefined ? part : { ...part, steps: [prepend(first, args), ...rest] };
}

/** Adds keyword arguments to what a partial call reaches: they win over those that are there. */
export function withKwargs(part: Canvas, kwargs: Readonly<Record<string, unknown>>): Canvas {
  if (part.immutable || Object.keys(kwargs).length === 0) return part;
  if (part.kind === "task") return { ...part, kwargs: { ...part.kwargs, ...kwargs } };
  if (part.kind === "group") return { ...part, members: part.members.map((each) => withKwargs(each, kwargs)) };
  if (part.kind === "chord") return { ...part, header: part.header.map((each) => withKwargs(each, kwargs)) };
  const [first, ...rest] = part.steps;
  return first === undefined ? part : { ...part, steps: [withKwargs(first, kwargs), ...rest] };
}

function withoutNull(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}

function at(path: string, key: string): string {
  if (path === "") return key;
  return key.includes(".") ? `${path}.${key}` : memberPath(path, key);
}
