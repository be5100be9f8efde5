/** Where the states that running tasks give themselves are kept. */
export interface StateKeeper {
  update(
    shard: number,
    request: { version: 1; lease: string; page: number; slot: number; attempt: number; state: string; meta: string },
  ): Promise<{ held: boolean }>;
}
