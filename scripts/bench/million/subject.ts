import { join } from "node:path";
import { Connection, requestBytes } from "../connection.ts";
import { freePort, newFolder } from "../program.ts";
import { type Server, serve, writeConfig } from "../server.ts";
import type { Claimed, Drain, Drained, Fill } from "./handles.ts";
import { heapBytes } from "./heap.ts";

/** A broker under test, on a state folder of its own. */
export interface Subject {
  name: string;
  /** Another one after each start. */
  server: Server;
  fill(fill: Fill): Promise<void>;
  /** Ends waiting tasks, the first first. @throws Error when they were not so many, or not those that follow each other from `from` on */
  drain(drain: Drain & { from: number }): Promise<void>;
  /** Ends so many waiting tasks, whichever come, or all there are; how many it ended. */
  end(drain: Drain): Promise<number>;
  /** Ends the object; the next call starts it again. */
  reset(): Promise<void>;
  firstClaim(): Promise<Claimed>;
  /** Bytes of the isolate's heap after a forced collection. */
  heap(): Promise<number>;
  /** Kills the process and starts another on the same state. `resultExpires` in seconds, from then on. */
  restart(resultExpires?: number): Promise<void>;
  stop(): Promise<void>;
}

const HOST = join(import.meta.dirname, "../host/inspected.ts");
const DAY = 86_400;
/** Tasks that one request fills or drains at most: small enough for progress, large against a request. */
const SLICE = 20_000;

/** Starts a broker with nothing in it. `told` hears of progress: how many tasks of how many. */
export async function startSubject(name: string, told: (done: number, of: number) => void): Promise<Subject> {
  const state = join(newFolder(), "state");
  let inspector = "";
  const start = async (resultExpires: number) => {
    const config = writeConfig("million.ts", { result_expires: resultExpires, task_queues: ["celery", "held"] });
    const port = await freePort();
    inspector = `http://127.0.0.1:${port}`;
    return serve({ name: `the ${name} broker`, args: [HOST, config, state, String(port)], signal: "SIGKILL" });
  };
  const subject: Subject = {
    name,
    server: await start(DAY),
    async fill({ from, tasks, ...rest }) {
      for (let done = 0; done < tasks; done += SLICE) {
        told(done, tasks);
        await ask(subject.server, "fill", { ...rest, from: from + done, tasks: Math.min(SLICE, tasks - done) });
      }
    },
    async drain({ from, tasks, ...rest }) {
      const { ended, sum } = (await ask(subject.server, "drain", { ...rest, tasks })) as Drained;
      const expected = tasks * from + (tasks * (tasks - 1)) / 2;
      if (ended !== tasks || sum !== expected)
        throw new Error(`${name}: expected ${tasks} tasks numbered from ${from} (sum ${expected}), got ${ended} (sum ${sum})`);
    },
    async end({ tasks, ...rest }) {
      let done = 0;
      for (let ended = -1; ended !== 0 && done < tasks; done += ended) {
        told(done, tasks);
        ({ ended } = (await ask(subject.server, "drain", { ...rest, tasks: Math.min(SLICE, tasks - done) })) as Drained);
      }
      return done;
    },
    reset: async () => void (await ask(subject.server, "reset", {})),
    firstClaim: async () => (await ask(subject.server, "first-claim", {})) as Claimed,
    heap: () => heapBytes(inspector, () => subject.server.stats()),
    async restart(resultExpires = DAY) {
      await subject.server.stop();
      subject.server = await start(resultExpires);
    },
    stop: () => subject.server.stop(),
  };
  return subject;
}

async function ask({ url }: Server, handle: string, request: object): Promise<unknown> {
  const connection = await Connection.open(url);
  try {
    const { status, body } = await connection.send(requestBytes("POST", `/bench/${handle}`, JSON.stringify(request)));
    if (status !== 200) throw new Error(`/bench/${handle}: expected 200, got ${status}: ${body.slice(0, 500)}`);
    return JSON.parse(body);
  } finally {
    connection.close();
  }
}
