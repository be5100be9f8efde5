import { now } from "../now.ts";
import { durationText } from "./duration.ts";

/** An instant: how long ago it was or when it will be, and exactly in its tooltip. A dash for none. */
export function Moment({ at }: { at: Date | null | undefined }) {
  if (at === null || at === undefined) return <span class="faint">–</span>;
  return (
    <time dateTime={at.toISOString()} title={exactly(at)}>
      {distance((at.getTime() - now.value) / 1000)}
    </time>
  );
}

/** An instant as this device's clock shows it, with the offset. */
export function exactly(at: Date): string {
  return at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
}

function distance(seconds: number): string {
  if (Math.abs(seconds) < 1.5) return "now";
  const whole = durationText(Math.round(Math.abs(seconds))).replace(/\.\d/, "");
  return seconds < 0 ? `${whole} ago` : `in ${whole}`;
}
