import { signal } from "@preact/signals";
import { systemClock } from "../clock.ts";

/** The time, in milliseconds since 1970, as it is every second: what says "12 s ago" reads it. */
export const now = signal(systemClock.now());

setInterval(() => {
  if (!document.hidden) now.value = systemClock.now();
}, 1000);
