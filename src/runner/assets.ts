import { existsSync, readdirSync } from "node:fs";
import type { V4WorkerOptions, V4WorkerOptionsShape } from "miniflare";

/** The binding by which the Worker script reaches the dashboard's files here, and here only: on the platform such a request does not come to it. */
export const ASSETS_BINDING = "CELERIAC_ASSETS";
const ASSETS_WORKER = "celeriac-assets";

/** What of the user's Worker is changed for its assets, and the Worker beside it that has them. */
export interface AssetsPart {
  changes: Pick<V4WorkerOptionsShape, "assets" | "serviceBindings">;
  others: V4WorkerOptions[];
}

/**
 * `[assets]` of the configuration. Where a Worker has assets, each request takes the way over Miniflare's router, which halves their rate. Where there are none but the
 * dashboard's, the script gets its requests directly, and asks a Worker beside it for those files. Other assets keep the platform's way. A folder that is not there has no assets.
 */
export function assetsPart({ assets, serviceBindings, compatibilityDate }: V4WorkerOptionsShape): AssetsPart {
  const directory = assets?.directory;
  if (assets === undefined || directory === undefined || !existsSync(directory)) {
    return { changes: { assets: undefined, serviceBindings }, others: [] };
  }
  const isDashboardAlone = readdirSync(directory).every((name) => name === "dashboard" || name === "_headers");
  if (!isDashboardAlone || assets.binding !== undefined) return { changes: { assets, serviceBindings }, others: [] };
  const other: V4WorkerOptions = {
    name: ASSETS_WORKER,
    modules: [{ type: "ESModule", path: "assets.mjs", contents: "export default { fetch: () => new Response(null, { status: 404 }) };" }],
    compatibilityDate,
    assets: { ...assets, run_worker_first: false },
  };
  return { changes: { assets: undefined, serviceBindings: { ...serviceBindings, [ASSETS_BINDING]: ASSETS_WORKER } }, others: [other] };
}
