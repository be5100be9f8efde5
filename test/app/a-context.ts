import type { TaskContext } from "../../src/app/context.ts";
import { describeRequest } from "../../src/app/task-request.ts";
import { RunningTask } from "../../src/worker/running-task.ts";

/** A context of no task in particular: it can be read, not acted on. */
export function aContext(): TaskContext {
  const granted = { page: 1, slot: 0, attempt: 1, id: "id-1", line: "" };
  const task = new RunningTask(granted, { consumer: "celeriac@test", queue: "celery", env: {} });
  const no = () => {
    throw new Error("not a part of these tests");
  };
  const log = { debug: no, info: no, warning: no, error: no };
  return {
    request: describeRequest(task, { task: "tasks.add" }),
    signal: task.signal,
    env: {},
    log,
    retry: no,
    replace: no,
    addToChord: no,
    updateState: no,
  };
}
