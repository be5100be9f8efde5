import { createInterface } from "node:readline";
import { type ProgramStart, startProgram } from "../program.ts";
import type { BulkResult, RunningPeer } from "./peer.ts";

interface Stoppable {
  stop(): Promise<unknown>;
}

/**
 * Starts one of the programs beside this file that measure a peer in its own language. They print `ready`, then take a JSON line
 * `{"bulk": n}` or `{"round_trips": n}` and answer one: `{"milliseconds", "verified"}`, `{"times"}` or `{"error"}`.
 * @param behind what was started for it, and is stopped after it, in this order
 */
export async function converse(start: Omit<ProgramStart, "ready">, behind: readonly Stoppable[]): Promise<RunningPeer> {
  const program = await startProgram({ ...start, ready: /^ready$/m });
  const { stdin, stdout } = program.child;
  if (stdin === null || stdout === null) throw new Error(`${start.name}: expected pipes`);
  const waiting: PromiseWithResolvers<Record<string, unknown>>[] = [];
  createInterface({ input: stdout }).on("line", (line) => {
    // What libraries print is none of ours.
    if (line.startsWith("{")) waiting.shift()?.resolve(JSON.parse(line));
  });
  program.child.once("exit", (code) => {
    for (const each of waiting.splice(0)) each.reject(new Error(`${start.name} ended with ${code}`));
  });
  const ask = async (question: Record<string, number>) => {
    const answer = Promise.withResolvers<Record<string, unknown>>();
    waiting.push(answer);
    stdin.write(`${JSON.stringify(question)}\n`);
    const answered = await answer.promise;
    if (answered.error !== undefined) throw new Error(`${start.name}: ${answered.error}`);
    return answered;
  };
  return {
    async bulk(tasks): Promise<BulkResult> {
      const { milliseconds, verified } = await ask({ bulk: tasks });
      if (verified !== tasks) throw new Error(`${start.name}: expected ${tasks} results, got ${verified}`);
      return { milliseconds: Number(milliseconds), verified: tasks };
    },
    async roundTrips(tasks) {
      const { times } = await ask({ round_trips: tasks });
      if (!Array.isArray(times) || times.length !== tasks)
        throw new Error(`${start.name}: expected ${tasks} times, got ${JSON.stringify(times)}`);
      return times.map(Number);
    },
    async stop() {
      for (const each of [program, ...behind]) await each.stop();
    },
  };
}
