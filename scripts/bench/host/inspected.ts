/**
 * Runs a Worker as the local runner does, with an inspector beside it, which tells the size of its heap.
 * Arguments: the configuration, the state folder, the inspector's port. Runs until it is killed.
 */
import { Miniflare } from "miniflare";
import { bundleWorker } from "../../../src/runner/bundle.ts";
import { miniflareOptions } from "../../../src/runner/miniflare-options.ts";
import { readWranglerConfig } from "../../../src/runner/wrangler-config.ts";

const [config = "", state = "", inspectorPort = ""] = process.argv.slice(2);
const wrangler = await readWranglerConfig(config);
const options = miniflareOptions(
  wrangler,
  await bundleWorker(wrangler),
  { config, state, port: 0, loglevel: "warning", ticksPerMinute: 0 },
  { handleStructuredLogs: ({ message }) => console.error(message) },
);
const miniflare = new Miniflare({ ...options, inspectorPort: Number(inspectorPort) });
await miniflare.ready;
const { origin } = await miniflare.unsafeGetDirectURL(wrangler.name);
console.log(`ready on ${origin}`);
