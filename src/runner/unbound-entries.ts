import { isPlainObject } from "../core/json-value.ts";
import { didYouMean } from "../core/nearest.ts";

/**
 * What is wrong with beat entries that are bound to a Cron Trigger which is not there: they would never run. One message each. `vars` and
 * `crons` are the configuration's `[vars]` and `[triggers].crons`; a Worker script knows its variables, but not its triggers.
 */
export function unboundEntries(vars: Readonly<Record<string, unknown>>, crons: readonly string[]): string[] {
  const tables = Object.entries(vars).filter(([variable, table]) => variable.startsWith("beat_schedule") && isPlainObject(table));
  return tables.flatMap(([variable, table]) =>
    Object.entries(table as Record<string, unknown>).flatMap(([name, entry]) => {
      const cron = isPlainObject(entry) ? entry.cron : undefined;
      if (typeof cron !== "string" || crons.includes(cron)) return [];
      const known = crons.length === 0 ? "; there are none." : `; there are ${crons.map((one) => `"${one}"`).join(", ")}.`;
      const hint = didYouMean(cron, crons) || known;
      return [`${variable}.${name} never runs: its cron "${cron}" is no line of [triggers].crons${hint}`];
    }),
  );
}
