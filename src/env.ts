import type { BeatApi } from "./beat/api.ts";
import type { Bell, BrokerApi } from "./broker/api.ts";

/** The bindings of `wrangler.toml` that the product uses. */
export interface Env {
  BROKER: DurableObjectNamespace<Rpc.DurableObjectBranded & BrokerApi>;
  BEAT: DurableObjectNamespace<Rpc.DurableObjectBranded & BeatApi>;
  /** The transport: the Cloudflare Queue under Celery's queues, but those that `task_queues` gives another binding. */
  TRANSPORT: Queue<Bell>;
  /** `[vars.celeryconfig]`. */
  celeryconfig?: unknown;
  /** The secret with the API keys (http/keys.ts). */
  CELERIAC_KEYS?: string;
  /** Set by the local runner only. */
  CELERIAC_LOCAL?: LocalRunner;
  /** The dashboard's files: set by the local runner only. On the platform they are answered before the Worker is run. */
  CELERIAC_ASSETS?: Fetcher;
  /** `[vars.beat_schedule.*]`, and any further table whose name begins with `beat_schedule`. */
  [variable: string]: unknown;
}

/** What the local runner tells the Worker script (a JSON variable). */
export interface LocalRunner {
  /** Requests on loopback need no key. */
  open: boolean;
  /** The `queue` handler returns at once and its tasks run on: the local queue delivers one batch at a time. */
  letGo: boolean;
  /** Celery's `--loglevel`: what the worker prints. */
  loglevel: "debug" | "info" | "warning" | "error";
}
