/** A program of a browser: it only has to compile. */
import { BacklogFullProblem, Client } from "../../../src/client/door.ts";
import type * as tasks from "../../../src/tasks.ts";

export async function addInTheBrowser(url: string, key: string, signal: AbortSignal): Promise<number> {
  const client = new Client<typeof tasks>({ url, key, signal, fetch: (address, init) => fetch(address, init) });
  try {
    const result = await client.task("tasks.add").delay(2, 3);
    for await (const event of client.events({ types: ["task-succeeded"] })) if (event.uuid === result.id) break;
    return await result.get({ timeout: 5 });
  } catch (error) {
    if (error instanceof BacklogFullProblem) return error.retryAfterSeconds ?? 0;
    throw error;
  }
}
