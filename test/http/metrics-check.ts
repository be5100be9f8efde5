import { spawnSync } from "node:child_process";

/** Prometheus' own checker is not a dependency: it is asked where it is installed (Debian's package `prometheus`). */
export const PROMTOOL = spawnSync("promtool", ["--version"]).status === 0;

/** What promtool has to say about metrics; "" is well. */
export function promtool(text: string): string {
  const { stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: text });
  return `${stdout}${stderr}`;
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const COMMENT = new RegExp(`^# (HELP|TYPE) (${NAME}) (.+)$`);
const SAMPLE = new RegExp(`^(${NAME})(?:\\{((?:[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*",?)*)\\})? (\\S+)$`);

/**
 * What is wrong with metrics in Prometheus' text format, by its page "Exposition formats": one line for each fault. Each metric has HELP and TYPE before its samples, which lie together,
 * each under its own set of labels, with a value that is a number; the buckets of a histogram grow up to `+Inf`, which is its count; a counter ends in `_total`.
 */
export function metricFaults(text: string): string[] {
  const faults: string[] = [];
  const types = new Map<string, string>();
  const seen = new Set<string>();
  const buckets = new Map<string, number>();
  let current = "";
  if (!text.endsWith("\n")) faults.push("the last line does not end");
  for (const line of text.trimEnd().split("\n")) {
    const comment = COMMENT.exec(line);
    if (comment !== null) {
      const [, kind, name = "", rest = ""] = comment;
      if (kind === "HELP") {
        if (types.has(name) || name === current) faults.push(`${name} is told of twice`);
        current = name;
      } else {
        if (name !== current) faults.push(`${name} has a TYPE before its HELP`);
        if (rest === "counter" && !name.endsWith("_total")) faults.push(`${name} is a counter and does not end in _total`);
        types.set(name, rest);
      }
      continue;
    }
    const [, name, labels = "", value = ""] = SAMPLE.exec(line) ?? [];
    if (name === undefined) {
      faults.push(`no line of the format: ${line}`);
      continue;
    }
    const histogram = types.get(current) === "histogram";
    const suffix = histogram ? /_(bucket|sum|count)$/.exec(name)?.[0] : "";
    if (suffix === undefined || name !== current + suffix) faults.push(`${name} stands among the samples of ${current}`);
    if (seen.has(`${name}{${labels}}`)) faults.push(`${name}{${labels}} is there twice`);
    seen.add(`${name}{${labels}}`);
    if (!/^([+-]Inf|NaN)$/.test(value) && !Number.isFinite(Number(value))) faults.push(`${name} has the value ${value}`);
    if (!histogram || suffix === "_sum") continue;
    const key = `${current} ${labels.replace(/le="[^"]*",?/, "").replace(/,$/, "")}`;
    const before = buckets.get(key) ?? 0;
    if (suffix === "_bucket" && Number(value) < before) faults.push(`${key} shrinks from bucket to bucket`);
    if (suffix === "_count" && Number(value) !== before) faults.push(`${key} counts other than its last bucket`);
    buckets.set(key, Number(value));
  }
  return faults;
}
