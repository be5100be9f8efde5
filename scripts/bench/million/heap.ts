import { once } from "node:events";

/** A message to workerd's inspector that was not answered by then is taken for lost. */
const PATIENCE_MILLISECONDS = 5_000;
const TRIES = 10;
const NUDGE_MILLISECONDS = 200;

/**
 * Bytes of the heap that an isolate uses after its garbage was collected; `inspector` is the address of workerd's inspector. An idle
 * isolate may leave the inspector's messages lying for long: `nudge` makes it do something meanwhile.
 */
export async function heapBytes(inspector: string, nudge: () => Promise<unknown>): Promise<number> {
  const nudging = setInterval(() => void nudge().catch(() => {}), NUDGE_MILLISECONDS);
  try {
    for (let left = TRIES; ; left--) {
      try {
        return await collectAndMeasure(inspector);
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  } finally {
    clearInterval(nudging);
  }
}

async function collectAndMeasure(inspector: string): Promise<number> {
  const targets: unknown = await (await fetch(`${inspector}/json`)).json();
  const url = Array.isArray(targets) ? targets.find(({ id }) => id === "core:user:bench")?.webSocketDebuggerUrl : undefined;
  if (typeof url !== "string") throw new Error(`expected the inspector to list the Worker "bench", got ${JSON.stringify(targets)}`);
  const socket = new WebSocket(url);
  await once(socket, "open");
  try {
    // The second collection frees what the first one's finalizers let go.
    await ask(socket, 1, "HeapProfiler.collectGarbage");
    await ask(socket, 2, "HeapProfiler.collectGarbage");
    const usage = await ask(socket, 3, "Runtime.getHeapUsage");
    return Number(Reflect.get(usage, "usedSize"));
  } finally {
    socket.close();
  }
}

async function ask(socket: WebSocket, id: number, method: string): Promise<object> {
  const { promise, resolve, reject } = Promise.withResolvers<object>();
  const late = setTimeout(() => reject(new Error(`${method}: no answer within ${PATIENCE_MILLISECONDS} ms`)), PATIENCE_MILLISECONDS);
  const take = ({ data }: MessageEvent) => {
    const message = JSON.parse(String(data));
    if (message.id !== id) return;
    if (message.error === undefined) resolve(message.result);
    else reject(new Error(`${method}: ${JSON.stringify(message.error)}`));
  };
  socket.addEventListener("message", take);
  socket.send(JSON.stringify({ id, method }));
  return promise.finally(() => {
    clearTimeout(late);
    socket.removeEventListener("message", take);
  });
}
