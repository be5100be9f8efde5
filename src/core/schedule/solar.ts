import type { SunTimeName } from "suncalc";
import { getTimes } from "suncalc";

/** Celery's `solar`: due at each event of the sun at a place. */
export interface SolarSchedule {
  kind: "solar";
  event: SolarEvent;
  /** Degrees north, -90 to 90. */
  lat: number;
  /** Degrees east, -180 to 180. */
  lon: number;
}

/** Celery's events, and what the library calls them: the sun's upper limb at the horizon, or its centre 6, 12 or 18 degrees under it. */
const EVENTS = {
  dawn_astronomical: "nightEnd",
  dawn_nautical: "nauticalDawn",
  dawn_civil: "dawn",
  sunrise: "sunrise",
  solar_noon: "solarNoon",
  sunset: "sunset",
  dusk_civil: "dusk",
  dusk_nautical: "nauticalDusk",
  dusk_astronomical: "night",
} as const satisfies Record<string, SunTimeName | "solarNoon">;

/** One of Celery's nine events. */
export type SolarEvent = keyof typeof EVENTS;

/** Their names, in the order of a day. */
export const solarEvents = Object.keys(EVENTS) as readonly SolarEvent[];

const DAY = 86_400_000;
/** A polar night or day is shorter. */
const LONGEST_WAIT = 400;

/**
 * The first event strictly after an instant (milliseconds since 1970), to the millisecond of the library's reckoning, which is within a
 * minute of the almanac's in most places; null when there is none within 400 days (at the poles). Days without the event (polar day or
 * night) are left out, where Celery runs the task at midnight.
 */
export function nextEvent({ event, lat, lon }: SolarSchedule, after: number): number | null {
  for (let day = -1; day <= LONGEST_WAIT; day++) {
    const time = getTimes(new Date(after + day * DAY), lat, lon)[EVENTS[event]]?.getTime();
    if (time !== undefined && time > after) return time;
  }
  return null;
}
