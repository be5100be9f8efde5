import { Moment } from "../../parts/moment.tsx";

/** Instants as the clock of a time zone shows them, and how far away they are. */
export function RunsList({ runs, zone }: { runs: readonly Date[]; zone: string }) {
  return (
    <ol class="runs">
      {runs.map((at) => (
        <li key={at.getTime()}>
          <span class="run">{zonedText(at, zone)}</span>
          <span class="faint">
            <Moment at={at} />
          </span>
        </li>
      ))}
    </ol>
  );
}

/** An instant on the wall of a time zone, with its offset; in UTC when the browser does not know the zone. */
export function zonedText(at: Date, zone: string): string {
  const form = {
    weekday: "short",
    day: "numeric",
    month: "short",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
    timeZoneName: "shortOffset",
  } as const;
  try {
    return at.toLocaleString("en-GB", { ...form, timeZone: zone });
  } catch {
    return at.toLocaleString("en-GB", { ...form, timeZone: "UTC" });
  }
}
