import type { TaskView } from "../../../client/task-view.ts";

/** What of a task its call is made of. */
type Called = Pick<TaskView, "name" | "args" | "kwargs">;

/** The call in TypeScript, with the client: `await client.task("tasks.add").delay(2, 3)`. */
export function asCode({ name, args, kwargs }: Called): string {
  const task = `client.task(${JSON.stringify(name)})`;
  if (Object.keys(kwargs ?? {}).length === 0)
    return `await ${task}.delay(${(args ?? []).map((value) => JSON.stringify(value)).join(", ")});`;
  return `await ${task}.applyAsync(${JSON.stringify({ args, kwargs })});`;
}

/** The same with curl, for a POSIX shell. Where a key is needed it is read from the environment. */
export function asCurl({ name, args, kwargs }: Called, url: string): string {
  const body = JSON.stringify({ args: args ?? [], kwargs: kwargs ?? {} });
  const address = `${url.replace(/\/$/, "")}/v1/tasks/${encodeURIComponent(name)}`;
  return `curl ${quoted(address)} -H "authorization: Bearer $CELERIAC_KEY" --json ${quoted(body)}`;
}

/** Whatever it holds, the shell takes it as one word and does nothing with it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
