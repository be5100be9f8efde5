import { resolve } from "node:path";
import { convertV4MiniflareOptions, type InstanceOptions, type MiniflareOptions, type V4WorkerOptionsShape } from "miniflare";
import type { LocalRunner } from "../env.ts";
import { assetsPart } from "./assets.ts";
import { BUNDLE_NAME, type Bundle } from "./bundle.ts";
import type { RunnerOptions } from "./options.ts";
import type { WranglerConfig } from "./wrangler-config.ts";

/** The only address the runner listens on: requests on loopback need no key. */
export const HOST = "127.0.0.1";

/** Lets the `queue` handler return at once while its tasks run on: the local queue delivers one batch at a time. */
const LET_GO = "queue_consumer_no_wait_for_wait_until";

/** The name of the Worker beside the user's that answers the watchdog: no code of the user's runs for that, but in the same thread. */
export const PULSE = "celeriac-pulse";

/** What is watched of the running instance. */
export type Handlers = Pick<InstanceOptions, "log" | "handleStructuredLogs" | "unsafeHandleRuntimeRestart">;

/**
 * Miniflare 5's options for the Worker of a configuration. Requests come in on a socket of workerd's that leads straight to the Worker: Miniflare's
 * own entry, which stands on another port of loopback, would halve their rate and add its own routes.
 */
export function miniflareOptions(config: WranglerConfig, bundle: Bundle, options: RunnerOptions, handlers: Handlers): MiniflareOptions {
  const { modulesRules: _, ...bindings } = config.bindings;
  const local: LocalRunner = { open: true, letGo: true, loglevel: options.loglevel };
  const assets = assetsPart(bindings);
  const flags = bindings.compatibilityFlags ?? [];
  const converted = convertV4MiniflareOptions({
    workers: [
      {
        ...bindings,
        ...assets.changes,
        name: config.name,
        modules: [{ type: "ESModule", path: BUNDLE_NAME, contents: bundle.code }],
        bindings: { ...bindings.bindings, CELERIAC_LOCAL: { ...local } },
        compatibilityFlags: flags.includes(LET_GO) ? flags : [...flags, LET_GO],
        durableObjects: onSqlite(bindings.durableObjects ?? {}),
        unsafeDirectSockets: [{ host: HOST, port: options.port }],
      },
      ...config.others,
      ...assets.others,
      {
        name: PULSE,
        modules: [{ type: "ESModule", path: "pulse.mjs", contents: "export default { fetch: () => new Response() };" }],
        ...(bindings.compatibilityDate === undefined ? {} : { compatibilityDate: bindings.compatibilityDate }),
        unsafeDirectSockets: [{ host: HOST, port: 0 }],
      },
    ],
  });
  return {
    ...converted,
    ...handlers,
    host: HOST,
    port: 0,
    cf: false,
    enableDevRegistry: false,
    logRequests: false,
    telemetry: { enabled: false },
    resourcePersistencePath: resolve(options.state),
  };
}

type ObjectBindings = NonNullable<V4WorkerOptionsShape["durableObjects"]>;

/** The local runner knows no other storage, whatever the migrations say: Workers on the free plan have no other either. */
function onSqlite(objects: ObjectBindings): ObjectBindings {
  return Object.fromEntries(
    Object.entries(objects).map(([binding, object]) => {
      const designator = typeof object === "string" ? { className: object } : object;
      return [binding, { ...designator, useSQLite: true }];
    }),
  );
}
