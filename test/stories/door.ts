/** What a story looks at in Celery's result document. */
export interface ResultDocument {
  task_id: string;
  status: string;
  result: unknown;
  traceback: string | null;
  date_started: string | null;
  date_done: string | null;
  name: string;
}

/** How many results are asked for at once. */
const ABREAST = 24;

/** The queue's HTTP door, as a client of another program's meets it. */
export class Door {
  readonly url: string;

  /** `url` has no slash at the end. */
  constructor(url: string) {
    this.url = url;
  }

  /** Submits one task; `query` may be `?wait=5`. Answers the status and the JSON that came. */
  async call(task: string, body: unknown, query = ""): Promise<{ status: number; body: ResultDocument }> {
    const answer = await fetch(`${this.url}/v1/tasks/${task}${query}`, post(JSON.stringify(body)));
    return { status: answer.status, body: await answer.json() };
  }

  /** Submits many tasks in one call and answers their ids. Throws with the answer when they are not accepted. */
  async callMany(calls: readonly { task: string; args: unknown[]; [option: string]: unknown }[]): Promise<string[]> {
    const answer = await fetch(`${this.url}/v1/tasks`, post(JSON.stringify(calls)));
    const text = await answer.text();
    if (answer.status !== 202) throw new Error(`the bulk call was answered with ${answer.status}: ${text}`);
    const accepted: { task_ids: string[] } = JSON.parse(text);
    return accepted.task_ids;
  }

  /** Reads one result, waiting so many seconds for it. Throws with the answer when it is no 200. */
  async result(id: string, waitSeconds = 0): Promise<ResultDocument> {
    const answer = await fetch(`${this.url}/v1/results/${id}${waitSeconds > 0 ? `?wait=${waitSeconds}` : ""}`);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`the result ${id} was answered with ${answer.status}: ${text}`);
    return JSON.parse(text);
  }

  /** Reads many results, in the order of their ids. */
  async results(ids: readonly string[], waitSeconds = 0): Promise<ResultDocument[]> {
    const documents = new Map<string, ResultDocument>();
    const left = ids.values();
    const readOn = async () => {
      for (const id of left) documents.set(id, await this.result(id, waitSeconds));
    };
    await Promise.all(Array.from({ length: ABREAST }, readOn));
    return ids.flatMap((id) => documents.get(id) ?? []);
  }

  /** The result documents of these tasks, which are the newest of their name, once all of them have ended: from the list, which is much faster than one by one. */
  async listed(name: string, ids: readonly string[], waitSeconds: number): Promise<ResultDocument[]> {
    const until = Date.now() + waitSeconds * 1000;
    for (;;) {
      const documents = await this.#newest(name, ids.length);
      const found = ids.flatMap((id) => documents.get(id) ?? []);
      if (Date.now() > until || found.every(({ date_done }) => date_done !== null)) return found;
    }
  }

  async #newest(name: string, most: number): Promise<Map<string, ResultDocument>> {
    const documents = new Map<string, ResultDocument>();
    for (let cursor: string | null | undefined; documents.size < most && cursor !== null; ) {
      const after: string = cursor === undefined ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const answer = await fetch(`${this.url}/v1/results?name=${name}${after}`);
      const part = (await answer.json()) as { results: ResultDocument[]; cursor: string | null };
      for (const document of part.results) documents.set(document.task_id, document);
      cursor = part.cursor;
    }
    return documents;
  }

  /** How many tasks each shard has accepted since it was last started. */
  async acceptedByShard(): Promise<{ shard: number; accepted: number }[]> {
    const answer = await fetch(`${this.url}/v1/inspect/stats`);
    const { shards }: { shards: { shard: number; tasks: { accepted: number } }[] } = await answer.json();
    return shards.map(({ shard, tasks }) => ({ shard, accepted: tasks.accepted }));
  }
}

/** When the last of these tasks ended, in milliseconds since 1970. */
export function lastDone(documents: readonly ResultDocument[]): number {
  return Math.max(...documents.map((document) => Date.parse(document.date_done ?? "")));
}

/** The middle one of an odd number of figures. */
export function median(figures: readonly number[]): number {
  return figures.toSorted((left, right) => left - right)[(figures.length - 1) / 2] ?? Number.NaN;
}

function post(body: string): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json" }, body };
}
