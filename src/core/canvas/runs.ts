/** Numbers in the order of slots, written as value and count in turn: most of a canvas says the same of neighbours. */
export type Runs = number[];

/** Writes numbers as runs. */
export function toRuns(numbers: Iterable<number>): Runs {
  const runs: number[] = [];
  for (const number of numbers) {
    const last = runs.length - 1;
    if (last > 0 && runs[last - 1] === number) runs[last] = (runs[last] ?? 0) + 1;
    else runs.push(number, 1);
  }
  return runs;
}

/** Reads runs back. */
export function* fromRuns(runs: Runs): Generator<number> {
  for (let at = 0; at < runs.length; at += 2) {
    const value = runs[at] ?? 0;
    for (let left = runs[at + 1] ?? 0; left > 0; left--) yield value;
  }
}
