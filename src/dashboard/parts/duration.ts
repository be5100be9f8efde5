const UNITS: readonly [seconds: number, name: string][] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
];

/** A span of time for people, in at most two units: `12 ms`, `3.4 s`, `5 min 12 s`, `2 d 3 h`. */
export function durationText(seconds: number): string {
  if (seconds < 0.001) return "0 s";
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const index = UNITS.findIndex(([size]) => seconds >= size);
  const [size, name] = UNITS[index] ?? [60, "min"];
  const [smaller, smallerName] = UNITS[index + 1] ?? [1, "s"];
  const rest = Math.floor((seconds % size) / smaller);
  return `${Math.floor(seconds / size)} ${name}${rest > 0 ? ` ${rest} ${smallerName}` : ""}`;
}
