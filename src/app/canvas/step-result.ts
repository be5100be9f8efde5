import type { TaskRecord } from "../../core/result.ts";
import { AsyncResult, type GetOptions } from "../async-result.ts";
import type { ResultLike } from "../result-like.ts";
import type { CanvasConnection } from "./canvas-connection.ts";
import { type ResultGraph, readGraph } from "./result-graph.ts";

/** An `AsyncResult` inside the Worker: it knows what it came after in its canvas, and finds what came of it. */
export class StepResult<R = unknown> extends AsyncResult<R> implements ResultLike {
  /** What it came after in its canvas; null: nothing, or it is not known. */
  readonly parent: ResultLike | null;
  readonly #connection: CanvasConnection;

  /** Made by `task.delay()`, `signature.delay()` and `app.AsyncResult(id)`. */
  constructor(id: string, connection: CanvasConnection, parent: ResultLike | null = null, record?: TaskRecord) {
    super(id, connection, record);
    this.parent = parent;
    this.#connection = connection;
  }

  /** The tasks that came of it: what stands after it in its canvas, and those that it called. A promise. */
  override get children(): Promise<StepResult[]> {
    return this.graph().then((graph) => (graph.get(this.id) ?? []).map((id) => this.#of(id)));
  }

  /** All tasks that came of it, each with those that came of it (Celery's `graph`): by id, itself first. */
  graph(): Promise<ResultGraph> {
    return readGraph(this.id, this.#connection);
  }

  /** The results of itself and of all that came of it, each with its value, in the order of breadth; waits for each, and throws as `get` does (Celery's `collect`). */
  async *collect(options: GetOptions = {}): AsyncGenerator<[result: AsyncResult, value: unknown], void> {
    // What a task calls is known once it has ended.
    const told = new Set<string>();
    const left = [this.id];
    for (let id = left.shift(); id !== undefined; id = left.shift()) {
      if (told.has(id)) continue;
      told.add(id);
      const result = this.#of(id);
      yield [result, await result.get(options)];
      left.push(...((await result.graph()).get(id) ?? []));
    }
  }

  /** The value of the last of those that came of it (Celery's `get_leaf`); its own, if none did. */
  async getLeaf(options: GetOptions = {}): Promise<unknown> {
    let leaf: unknown;
    for await (const [, value] of this.collect(options)) leaf = value;
    return leaf;
  }

  /** As Celery writes a result (`as_tuple`): its id and the way back, and no children, for they are found by its id. */
  toJSON(): unknown {
    return [[this.id, this.parent], null];
  }

  #of(id: string): StepResult {
    return id === this.id ? this : new StepResult(id, this.#connection);
  }

  override get(options: GetOptions & { propagate: false }): Promise<R | Error>;
  override get(options?: GetOptions): Promise<R>;
  /**
   * As of any task; where the header of a chord has failed, the error of its member is thrown and not the `ChordError` that tells of it, as in Celery. With
   * `propagate: false` it answers the `ChordError`. (The steps after one that failed end with its very error: they need not ask.)
   */
  override async get(options: GetOptions = {}): Promise<R | Error> {
    if (options.propagate === false) return super.get({ ...options, propagate: false });
    try {
      return await super.get(options);
    } catch (error) {
      if (!isChordError(error)) throw error;
      for (let parent = this.parent; parent !== null; parent = parent.parent) if (isGroup(parent)) await parent.maybeThrow();
      throw error;
    }
  }
}

interface Group extends ResultLike {
  maybeThrow(): Promise<void>;
}

function isGroup(result: ResultLike): result is Group {
  return "maybeThrow" in result;
}

function isChordError(error: unknown): boolean {
  return error instanceof Error && error.name === "ChordError";
}
