/** What a map holds under a key; made and put there if it is not. */
export function madeOnce<T>(made: Map<number, T>, shard: number, make: () => T): T {
  const before = made.get(shard);
  if (before !== undefined) return before;
  const one = make();
  made.set(shard, one);
  return one;
}
