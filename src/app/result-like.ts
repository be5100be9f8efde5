/** A result of either kind, as those that come after it see it: `AsyncResult` or `GroupResult`. */
export interface ResultLike {
  readonly id: string;
  /** What it came after in its canvas; null: nothing, or it is not known. */
  readonly parent: ResultLike | null;
  get(options?: { timeout?: number; propagate?: boolean }): Promise<unknown>;
  ready(): Promise<boolean>;
  successful(): Promise<boolean>;
  failed(): Promise<boolean>;
  revoke(options?: { terminate?: boolean }): Promise<unknown>;
  forget(): Promise<void>;
}
