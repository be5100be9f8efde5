import { transform } from "esbuild";
import { generateApi } from "swagger-typescript-api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { endRunners, type Runner, startRunner } from "./runner.ts";

type Answer = { status: number; data: unknown };
type Call = (...args: unknown[]) => Promise<Answer>;

let runner: Runner;
/** Every method of the generated client, by operation id. */
const calls = new Map<string, Call>();
let operations: string[];

beforeAll(async () => {
  runner = await startRunner();
  const document: { paths: Record<string, Record<string, { operationId: string }>> } = await (
    await fetch(`${runner.url}/openapi.json`)
  ).json();
  operations = Object.values(document.paths).flatMap((path) => Object.values(path).map(({ operationId }) => operationId));
  const { files } = await generateApi({
    spec: { ...document },
    output: false,
    silent: true,
    generateUnionEnums: true,
    moduleNameFirstTag: true,
  });
  const [file] = files;
  const { code } = await transform(file?.fileContent ?? "", { loader: "ts", format: "esm" });
  const { Api } = await import(`data:text/javascript;base64,${Buffer.from(code).toString("base64")}`);
  for (const chapter of Object.values(new Api({ baseUrl: runner.url }))) {
    if (typeof chapter !== "object" || chapter === null) continue;
    for (const [name, call] of Object.entries(chapter)) if (operations.includes(name)) calls.set(name, call);
  }
});
afterAll(endRunners);

/** Calls an operation; an answer that is no success comes back as it is. */
async function ask(name: string, ...args: unknown[]): Promise<Answer> {
  const call = calls.get(name);
  if (call === undefined) throw new Error(`the generated client has no ${name}`);
  const answer = await call(...args).catch((refused) => refused);
  asked.add(name);
  return { status: answer.status, data: answer.data ?? answer.error };
}

const asked = new Set<string>();
const NOWHERE = "00000000-0000-4000-8000-000000000000";

it("a client that swagger-typescript-api makes of the document round-trips every call", async () => {
  const done = await ask("submitTask", "tasks.add", { wait: 10 }, { args: [2, 3] });
  expect(done).toMatchObject({ status: 200, data: { status: "SUCCESS", result: 5 } });
  const id = (done.data as { task_id: string }).task_id;
  expect(await ask("readResult", id, { wait: 1 })).toMatchObject({ status: 200, data: { task_id: id, result: 5 } });
  expect(await ask("revokeTask", id, { terminate: false })).toMatchObject({ status: 200, data: { task_id: id, revocation: "ended" } });
  expect(await ask("forgetResult", id)).toMatchObject({ status: 204 });
  expect(await ask("readResult", id)).toMatchObject({ status: 410 });
  const add = (...args: number[]) => ({ task: "tasks.add", args });
  const group = { task: "celery.group", kwargs: { tasks: [add(1, 2), add(3, 4)] }, subtask_type: "group" };
  expect(await ask("submitCanvas", { ...group, kwargs: { tasks: [{ task: "tasks.unheard" }] } })).toMatchObject({ status: 422 });
  const started = await ask("submitCanvas", group, { wait: 10 });
  const { group_id: groupId } = started.data as { group_id: string };
  expect((await ask("readGroup", groupId, { wait: 10 })).data).toMatchObject({ ready: true, results: [{ result: 3 }, { result: 7 }] });
  expect(await ask("readTree", groupId)).toMatchObject({ status: 200 });
  expect(await ask("submitTasks", [{ task: "tasks.add", args: [1, 2], countdown: 600 }])).toMatchObject({ status: 202 });
  expect(await ask("revokeTasks", { name: "tasks.add", status: "PENDING" })).toMatchObject({ status: 202, data: { count: 1 } });
  expect(await ask("listTasks")).toMatchObject({ status: 200 });
  expect(await ask("pauseQueue", "celery")).toMatchObject({ status: 200, data: { queue: "celery", paused: true } });
  expect(await ask("resumeQueue", "celery")).toMatchObject({ status: 200, data: { queue: "celery", paused: false } });
  expect(await ask("purgeQueue", "celery")).toMatchObject({ status: 200, data: { queue: "celery", purged: 0 } });
  expect((await ask("listQueues")).data).toMatchObject({ queues: [{ queue: "celery", paused: false }] });
  expect((await ask("readSeries", { over: "15m", queue: "celery" })).data).toMatchObject({
    series: { succeeded: expect.arrayContaining([0]) },
  });
  expect(await ask("setRateLimit", { task: "tasks.add", rate_limit: null })).toMatchObject({ status: 200, data: { task: "tasks.add" } });
  expect(await ask("setTimeLimit", { task: "tasks.add", soft: null })).toMatchObject({
    status: 200,
    data: { task: "tasks.add", soft: null },
  });
  for (const what of ["Stats", "Active", "Reserved", "Scheduled", "Revoked", "Registered", "Conf", "Ping"])
    expect(await ask(`inspect${what}`)).toMatchObject({ status: 200 });
  expect((await ask("listResults", { name: "tasks.add", limit: 5 })).data).toMatchObject({ results: [{ name: "tasks.add" }, {}, {}] });
  const again = await ask("retryTask", (started.data as { results: { task_id: string }[] }).results[0]?.task_id);
  expect(again).toMatchObject({ status: 202, data: { status: "PENDING" } });
  const job = await ask("retryTasks", { name: "tasks.add", status: "SUCCESS", dry_run: true });
  expect(job).toMatchObject({ status: 202, data: { dry_run: true } });
  expect(await ask("readJob", (job.data as { id: string }).id)).toMatchObject({ status: 200, data: { kind: "retry" } });
  expect(await ask("forgetResults", { name: "tasks.add", status: "FAILURE" })).toMatchObject({ status: 202 });
  expect(await ask("makeEventToken")).toMatchObject({ status: 200 });
  const listening = new AbortController();
  expect(await ask("readEvents", {}, { signal: listening.signal })).toMatchObject({ status: 200 });
  listening.abort();
  const entry = { task: "tasks.add", schedule: { hour: 7 }, args: [2, 3] };
  expect(await ask("putSchedule", "morning", entry)).toMatchObject({ status: 201, data: { name: "morning", enabled: true } });
  expect(await ask("disableSchedule", "morning")).toMatchObject({ status: 200, data: { enabled: false } });
  expect(await ask("enableSchedule", "morning")).toMatchObject({ status: 200, data: { enabled: true } });
  expect(await ask("readSchedule", "morning")).toMatchObject({ status: 200, data: { task: "tasks.add", args: [2, 3] } });
  expect(await ask("listSchedules")).toMatchObject({ status: 200 });
  expect(await ask("runSchedule", "morning")).toMatchObject({ status: 202, data: { status: "PENDING" } });
  expect(await ask("deleteSchedule", "morning")).toMatchObject({ status: 204 });
  expect((await ask("previewSchedule", { schedule: { hour: 7 }, count: 2 })).data).toMatchObject({
    fires: [expect.any(String), expect.any(String)],
  });
  // Without keys there is nothing to sign in with.
  expect(await ask("readSession")).toMatchObject({ status: 200 });
  expect(await ask("startSession")).toMatchObject({ status: 200, data: { name: null } });
  expect(await ask("endSession")).toMatchObject({ status: 204 });
  for (const name of ["readMetrics", "checkHealth", "readOpenapi", "readDocs", "readDocsScript", "readDocsStyle"])
    expect(await ask(name)).toMatchObject({ status: 200 });
  expect(await ask("readResult", NOWHERE)).toMatchObject({ status: 404, data: { type: "urn:celeriac:problem:unknown-id" } });
  expect([...operations].filter((name) => !asked.has(name))).toEqual([]);
});
