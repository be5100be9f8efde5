import { existsSync, mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { configDefaults, defineConfig } from "vitest/config";
import { ALONE, OrderOfStories } from "./order-of-stories.ts";
import { reshard } from "./reshard.ts";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The rooms' tests may bring a Worker of their own (with tasks that a product would not have); else they run on the product's. */
const entry = "test/rooms/entry.ts";
const main = existsSync(`${root}/${entry}`) ? entry : "src/index.ts";

/** Rooms and stories run with so many shards, if the environment says how many. */
const shards = Number(process.env.CELERIAC_TEST_SHARDS ?? 0);
const wranglerToml = `${root}/wrangler.toml`;
const configPath = shards === 0 ? wranglerToml : reshard(wranglerToml, shards, newFolder(`${root}/.celeriac/shards-${shards}`));

function newFolder(path: string): string {
  mkdirSync(path, { recursive: true });
  return path;
}

const settings = { root, exclude: [...configDefaults.exclude, ".celeriac/**"] };

/** A story starts processes, and waits for what they do. */
const story = { ...settings, environment: "node" as const, testTimeout: 300_000, hookTimeout: 120_000 };

/**
 * Five projects: `types` (checked, not run), `node` (pure code and the Hono app), `rooms` (inside workerd, through the Workers
 * plugin), `stories` (the whole program as its user meets it: processes, ports, time) and `stories-alone` (those of them that measure
 * it, or take all of the machine). Run one with `npx vitest --config
 * test/vitest.config.ts --project node`; with several shards by `CELERIAC_TEST_SHARDS=4 npm test`.
 */
export default defineConfig({
  root,
  test: {
    sequence: { sequencer: OrderOfStories },
    projects: [
      {
        root,
        test: {
          ...settings,
          name: "types",
          include: [],
          typecheck: { enabled: true, only: true, include: ["test/types/**/*.test-d.ts"], tsconfig: "test/types/tsconfig.json" },
        },
      },
      {
        root,
        test: {
          ...settings,
          name: "node",
          environment: "node",
          // To load the sources anew for each file took longer than its tests.
          isolate: false,
          include: ["test/{core,app,broker,http,beat,worker,client,cli,dashboard,testing,runner,scripts,simulation}/**/*.test.ts"],
          // The runner's tests start processes.
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        root,
        plugins: [cloudflareTest({ main, wrangler: { configPath }, verbose: false })],
        test: { ...settings, name: "rooms", isolate: false, include: ["test/rooms/**/*.test.ts"], testTimeout: 20_000 },
      },
      {
        root,
        test: {
          ...story,
          name: "stories",
          include: ["test/stories/**/*.test.ts"],
          exclude: [...settings.exclude, ...ALONE],
          // Two at once, and none beside other tests: see the order they come in.
          maxWorkers: 2,
          setupFiles: ["test/stories/stand-back.ts"],
          sequence: { groupOrder: 1 },
        },
      },
      {
        root,
        test: { ...story, name: "stories-alone", include: ALONE, maxWorkers: 1, sequence: { groupOrder: 2 } },
      },
    ],
  },
});
