import { AsyncResult, type GetOptions } from "../async-result.ts";
import type { ResultConnection } from "../result-connection.ts";
import type { ResultLike } from "../result-like.ts";

/** The result of a task of a canvas: an `AsyncResult` that knows what it came after. */
export class StepResult<R = unknown> extends AsyncResult<R> {
  override readonly parent: ResultLike | null;

  /** Made by `signature.delay()`. */
  constructor(id: string, connection: ResultConnection, parent: ResultLike | null) {
    super(id, connection);
    this.parent = parent;
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
