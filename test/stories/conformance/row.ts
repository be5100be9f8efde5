import type { AsyncResult, Celeriac } from "../../../src/celeriac.ts";

/** What a row is run with: the deployment's app and its tasks. The row itself imports types only, for the test reads it in Node. */
export interface Stage {
  app: Celeriac;
  tasks: typeof import("./tasks.ts");
}

/** One row of Celery's conformance list: its name begins with its number there. */
export interface Row {
  name: string;
  /** Runs inside the Worker and tells what it saw, as plain data. */
  see(stage: Stage): Promise<unknown>;
  /** What is to be seen. */
  shows: unknown;
}

/** What a promise threw, as `TypeError: the message`; "nothing" when it came to a value. */
export async function thrownBy(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return "nothing";
}

/** What a promise threw, as its class alone. */
export async function kindThrownBy(promise: Promise<unknown>): Promise<string> {
  return (await thrownBy(promise)).split(":", 1)[0] ?? "";
}

/** How a result stands, as Celery's suites ask for it. */
export async function standing(result: AsyncResult): Promise<{ state: string; ready: boolean; successful: boolean; failed: boolean }> {
  return { state: await result.state, ready: await result.ready(), successful: await result.successful(), failed: await result.failed() };
}

/** Waits until `look` answers what is hoped for, at most so many seconds; answers what it saw last. */
export async function eventually<T>(look: () => Promise<T>, hoped: (seen: T) => boolean, seconds = 5): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const seen = await look();
    if (hoped(seen) || Date.now() >= end) return seen;
    await scheduler.wait(20);
  }
}

/** How a task that succeeded, failed or was revoked stands. */
export const SUCCEEDED = { state: "SUCCESS", ready: true, successful: true, failed: false };
export const FAILED = { state: "FAILURE", ready: true, successful: false, failed: true };
export const REVOKED = { state: "REVOKED", ready: true, successful: false, failed: false };
export const WAITING = { state: "PENDING", ready: false, successful: false, failed: false };

/** Seconds that no row should ever wait in full: of `get`. */
export const PATIENCE = 30;
