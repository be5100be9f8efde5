import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

const TABLE = "[vars.celeryconfig]";

/** Copies a `wrangler.toml` into a folder, with another `broker_shards`; answers the copy's path. */
export function reshard(config: string, shards: number, folder: string): string {
  const text = readFileSync(config, "utf8")
    .replace(/^main = "(.*)"$/m, (_, main: string) => `main = ${JSON.stringify(resolve(dirname(config), main))}`)
    .replace(/^directory = "(.*)"$/m, (_, assets: string) => `directory = ${JSON.stringify(resolve(dirname(config), assets))}`)
    .replace(/^\[build\]$/m, `[build]\ncwd = ${JSON.stringify(resolve(dirname(config)))}`)
    .replace(/^broker_shards = .*\n/m, "");
  const setting = `${TABLE}\nbroker_shards = ${shards}`;
  const copy = join(folder, "wrangler.toml");
  writeFileSync(copy, text.includes(TABLE) ? text.replace(TABLE, setting) : `${text}\n${setting}\n`);
  return copy;
}
