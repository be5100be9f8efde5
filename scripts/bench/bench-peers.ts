/** `npm run bench:peers`: measures what else is on this machine, and this checkout in turn with it. See `--help`. */
import { atLeast, atMost, type Bar, judge, ratio, renderVerdicts } from "./bars.ts";
import type { Sample } from "./bench-case.ts";
import { submitRate } from "./cases/one-by-one.ts";
import { Figures, renderFigures, renderSamples } from "./figures.ts";
import { describeMachine } from "./machine.ts";
import { type BenchOptions, HELP, readOptions } from "./options.ts";
import { bullmqPeer } from "./peers/bullmq.ts";
import { celeryPeer } from "./peers/celery.ts";
import { missingFlask, startFlaskPage } from "./peers/flask.ts";
import { graphilePeer } from "./peers/graphile.ts";
import { ownPeer } from "./peers/own.ts";
import type { Peer } from "./peers/peer.ts";
import { endPrograms } from "./program.ts";
import { say } from "./progress.ts";
import { startServer } from "./server.ts";
import { quantile } from "./statistics.ts";
import { loadTool, measureRate } from "./wrk.ts";

const RUNS = 5;
const ROUND_TRIPS = 200;
const PAGE_SECONDS = 5;
const CONNECTIONS = 32;
const OWN = ownPeer("queue").name;

/** A thing to measure, running: one sample set each time. */
interface Contender {
  name: string;
  measure(): Promise<Sample[]>;
  stop(): Promise<void>;
}

/** Contenders that take turns. */
interface Contest {
  name: string;
  title: string;
  contenders: { name: string; missing(): string | undefined; start(): Promise<Contender> }[];
}

const options = readOptions(process.argv.slice(2), RUNS);
if (options === "help") {
  const names = contests(1).map(({ name, title }) => `  ${name.padEnd(12)} ${title}`);
  console.log(`Usage: npm run bench:peers -- [options]\n\n${HELP.replace("DEFAULT_RUNS", String(RUNS))}\n\nCases:\n${names.join("\n")}`);
} else await benchPeers(options);

async function benchPeers({ runs, only, json, scale }: BenchOptions): Promise<void> {
  const machine = describeMachine();
  say(`celeriac bench:peers: ${JSON.stringify(machine)}`);
  const figures = new Figures();
  const skipped: Record<string, string> = {};
  for (const contest of contests(scale)) {
    if (only === undefined || contest.name.includes(only)) await hold(contest, { runs, figures, skipped });
  }
  const verdicts = judge(bars(figures));
  const report = { machine, load_tool: loadTool(), scale, skipped, figures: figures.all(), verdicts };
  if (json) console.log(JSON.stringify(report, null, 2));
  else console.log(`\n${renderFigures(report.figures)}\n\nLoad by ${report.load_tool}.\n\n${renderVerdicts(verdicts)}`);
  endPrograms();
}

async function hold(contest: Contest, { runs, figures, skipped }: { runs: number; figures: Figures; skipped: Record<string, string> }) {
  say(`${contest.name}: ${contest.title}`);
  const contenders: Contender[] = [];
  try {
    for (const { name, missing, start } of contest.contenders) {
      const reason = missing();
      if (reason === undefined) contenders.push(await start());
      else {
        skipped[`${contest.name} ${name}`] = reason;
        say(`  ${name}: skipped: ${reason}`);
      }
    }
    for (let run = 0; run <= runs; run++) {
      for (const { name, measure } of contenders) {
        const samples = await measure();
        say(`  ${name} ${run === 0 ? "warm-up" : `${run}/${runs}`}: ${renderSamples(samples)}`);
        if (run > 0) figures.add(`${contest.name} ${name}`, samples);
      }
    }
  } finally {
    for (const { stop } of contenders) await stop();
  }
}

function contests(scale: number): Contest[] {
  const sized = (size: number) => Math.max(1, Math.round(size * scale));
  return [
    {
      name: "bulk",
      title: "many trivial tasks as fast as each knows, end to end, every result verified",
      contenders: [ownPeer("queue"), graphilePeer, bullmqPeer, celeryPeer("default")].map((peer) => bulkOf(peer, sized(peer.bulkTasks))),
    },
    {
      name: "round-trip",
      title: "one task at a time, submitted and its result awaited",
      contenders: [ownPeer("express"), ownPeer("queue"), celeryPeer("always"), celeryPeer("default"), bullmqPeer, graphilePeer].map(
        (peer) => lone(peer, sized(ROUND_TRIPS)),
      ),
    },
    {
      name: "page",
      title: `requests that submit a task, ${CONNECTIONS} connections, ${sized(PAGE_SECONDS)} s each, the worker running`,
      contenders: [ownSubmits(sized(PAGE_SECONDS)), flaskPage(sized(PAGE_SECONDS))],
    },
  ];
}

function bulkOf(peer: Peer, tasks: number): Contest["contenders"][number] {
  return {
    ...peer,
    async start() {
      const { bulk, stop } = await peer.start();
      const measure = async () => {
        const { milliseconds, verified } = await bulk(tasks);
        return [{ figure: `end to end, ${verified} tasks`, unit: "tasks/s", value: (1000 * verified) / milliseconds }];
      };
      return { name: peer.name, stop, measure };
    },
  };
}

function lone(peer: Peer, tasks: number): Contest["contenders"][number] {
  return {
    ...peer,
    async start() {
      const { roundTrips, stop } = await peer.start();
      const measure = async () => {
        const times = await roundTrips(tasks);
        return [
          { figure: "p50", unit: "ms", value: quantile(times, 0.5) },
          { figure: "p99", unit: "ms", value: quantile(times, 0.99) },
        ];
      };
      return { name: peer.name, stop, measure };
    },
  };
}

function ownSubmits(seconds: number): Contest["contenders"][number] {
  const name = OWN;
  return {
    name,
    missing: () => undefined,
    async start() {
      const server = await startServer();
      const measure = async () => [{ figure: "submits", unit: "requests/s", value: await submitRate(server, seconds) }];
      return { name, measure, stop: () => server.stop() };
    },
  };
}

function flaskPage(seconds: number): Contest["contenders"][number] {
  const name = "flask-celery";
  return {
    name,
    missing: missingFlask,
    async start() {
      const page = await startFlaskPage(describeMachine().cores);
      const load = { url: page.url, path: "/", connections: CONNECTIONS, seconds };
      const measure = async () => [{ figure: "submits", unit: "requests/s", value: await measureRate(load) }];
      return { name, measure, stop: () => page.stop() };
    },
  };
}

/** The bars that need a peer, as ratios of medians of this run. */
function bars(figures: Figures): Bar[] {
  const all = figures.all();
  const of = (contest: string, name: string, figure: string) =>
    all.find((one) => one.case === `${contest} ${name}` && one.figure.startsWith(figure))?.median;
  const bulk = (name: string) => ratio(of("bulk", OWN, "end to end"), of("bulk", name, "end to end"));
  const roundTrip = (name: string) => ratio(of("round-trip", name, "p50"), of("round-trip", "celery-redis-appendfsync", "p50"));
  return [
    atLeast(4, "bulk end to end to graphile-worker", bulk("graphile-worker"), "x"),
    atLeast(8, "bulk end to end to BullMQ", bulk("bullmq"), "x"),
    atLeast(120, "bulk end to end to a Celery group with Redis", bulk("celery-redis"), "x"),
    atLeast(
      2.5,
      "one-by-one submits to the Flask + Celery page",
      ratio(of("page", OWN, "submits"), of("page", "flask-celery", "submits")),
      "x",
    ),
    atMost(2.5, "round trip by the queue to Celery with Redis on appendfsync always", roundTrip(OWN), "x"),
    atMost(1, "round trip by the express lane to the same", roundTrip(ownPeer("express").name), "x"),
  ];
}
