/** What several runs of one figure come to. */
export interface Summary {
  median: number;
  lowest: number;
  highest: number;
  runs: number;
}

/** Summarises the values of several runs. @throws RangeError when there are none */
export function summarise(values: readonly number[]): Summary {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: quantile(sorted, 0.5), lowest: quantile(sorted, 0), highest: quantile(sorted, 1), runs: sorted.length };
}

/** The middle value; the mean of the two middle ones of an even number. @throws RangeError when there are none */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/**
 * The value below which `share` (0 to 1) of the values lie, interpolated between neighbours.
 * @throws RangeError when there are no values
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) throw new RangeError("expected at least one value, got none");
  return below + (above - below) * (place - Math.floor(place));
}
