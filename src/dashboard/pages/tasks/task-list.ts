import { signal } from "@preact/signals";
import type { Client } from "../../../client/client.ts";
import type { ResultsFilter } from "../../../client/filter.ts";
import { queryOf } from "../../../client/query.ts";
import { type TaskView, taskView } from "../../../client/task-view.ts";
import type { Clock } from "../../../clock.ts";
import type { ResultDocument } from "../../../core/wire/read-result-document.ts";
import type { FeedEvent } from "../../feed.ts";
import { isEnded, STATE_OF_EVENT } from "../../state-of-event.ts";
import { askedOf, hasText, type TaskFilter } from "./filter.ts";

/** How many tasks are shown at first, and more each time. */
const PAGE = 50;
/** How many tasks are looked through for a text before the page asks whether to go on. */
const MOST_SCANNED = 2_000;
/** A filtered answer may hold few tasks and a cursor: so often it is gone on with. */
const MOST_REQUESTS = 20;

/** New tasks are counted up to here; then there are just many. */
export const MOST_FRESH = 10_000;

/**
 * The tasks that a filter means, newest first, as far as they were asked for. What is listed changes in its place as events come, and nothing moves: tasks that came since are counted in
 * `fresh`, until `reload`.
 */
export class TaskList {
  readonly rows = signal<readonly TaskView[]>([]);
  readonly isLoading = signal(false);
  readonly error = signal<unknown>(undefined);
  /** How many tasks came that are not listed; some of them may be of another queue than is asked for. */
  readonly fresh = signal(0);
  /** Events were missed: what is listed may be old. */
  readonly isStale = signal(false);
  /** Whether there are older ones. */
  readonly hasMore = signal(false);
  /** How many tasks were looked through for the text. */
  readonly scanned = signal(0);

  readonly #client: Pick<Client, "request">;
  readonly #filter: TaskFilter;
  readonly #clock: Clock;
  readonly #places = new Map<string, number>();
  readonly #fresh = new Set<string>();
  #cursor: string | null | undefined;
  /** What is asked for until it is listed anew: older ones must be older ones of the same list. */
  #asked: ResultsFilter = {};
  /** Which loading is the newest: an older one's answer is not taken. */
  #turn = 0;

  constructor(client: Pick<Client, "request">, filter: TaskFilter, clock: Clock) {
    this.#client = client;
    this.#filter = filter;
    this.#clock = clock;
  }

  /** Lists anew from the newest on. */
  async reload(): Promise<void> {
    this.#cursor = undefined;
    this.#asked = askedOf(this.#filter, this.#clock.now());
    this.#fresh.clear();
    this.fresh.value = 0;
    this.isStale.value = false;
    this.scanned.value = 0;
    await this.#load([]);
  }

  /** Lists older ones too. */
  async more(): Promise<void> {
    if (!this.isLoading.value && this.#cursor !== null) await this.#load(this.rows.value);
  }

  /** Takes in what events tell. */
  take(events: readonly FeedEvent[], missed: boolean): void {
    if (missed) this.isStale.value = true;
    let changed: TaskView[] | undefined;
    for (const event of events) {
      const state = STATE_OF_EVENT[event.type];
      if (state === undefined) continue;
      const place = this.#places.get(event.uuid);
      if (place === undefined) {
        if (this.#fresh.size < MOST_FRESH && this.#isMeant(event, state)) this.#fresh.add(event.uuid);
        continue;
      }
      changed ??= [...this.rows.value];
      const row = changed[place];
      if (row !== undefined) changed[place] = changedBy(row, event, state);
    }
    if (changed !== undefined) this.rows.value = changed;
    this.fresh.value = this.#fresh.size;
  }

  /** Takes tasks off the list that are no more. */
  drop(ids: ReadonlySet<string>): void {
    this.#show(this.rows.value.filter(({ id }) => !ids.has(id)));
  }

  #isMeant(event: FeedEvent, state: string): boolean {
    const { status, name, queue, text } = this.#filter;
    if (name !== "" && event.name !== name) return false;
    if (queue !== "" && typeof event.queue === "string" && event.queue !== queue) return false;
    // Its arguments are in the first event only, and as Python writes them.
    if (text !== "" && !`${event.name} ${event.uuid} ${event.args} ${event.kwargs}`.toLowerCase().includes(text.toLowerCase()))
      return false;
    return status.length === 0 ? event.type === "task-received" && event.retries === 0 : status.includes(state);
  }

  async #load(before: readonly TaskView[]): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    this.isLoading.value = true;
    this.error.value = undefined;
    try {
      const rows = [...before];
      let found = 0;
      let scanned = 0;
      for (let requests = 0; requests < MOST_REQUESTS && found < PAGE && scanned < MOST_SCANNED && this.#cursor !== null; requests++) {
        const limit = this.#filter.text === "" ? PAGE - found : 200;
        const path = `/v1/results${queryOf({ ...this.#asked, limit, cursor: this.#cursor })}`;
        const page = await this.#client.request<{ results: ResultDocument[]; cursor: string | null }>({ method: "GET", path });
        if (turn !== this.#turn) return;
        const views = page.results.map((document) => taskView(document, "UTC"));
        const matching = views.filter((view) => hasText(view, this.#filter.text));
        rows.push(...matching);
        found += matching.length;
        scanned += views.length;
        this.#cursor = page.cursor;
        this.scanned.value += views.length;
        this.#show(rows);
      }
      this.#show(rows);
    } catch (error) {
      if (turn === this.#turn) this.error.value = error;
    } finally {
      if (turn === this.#turn) {
        this.isLoading.value = false;
        this.hasMore.value = this.#cursor !== null;
      }
    }
  }

  #show(rows: readonly TaskView[]): void {
    this.#places.clear();
    for (const [place, { id }] of rows.entries()) this.#places.set(id, place);
    this.rows.value = [...rows];
  }
}

function changedBy(row: TaskView, event: FeedEvent, state: TaskView["state"]): TaskView {
  // A final state never changes; an older event may come late.
  if (isEnded(row.state)) return row;
  const at = new Date((event.timestamp ?? 0) * 1000);
  return {
    ...row,
    state,
    ...(state === "STARTED" ? { dateStarted: at } : {}),
    ...(isEnded(state) ? { dateDone: at } : {}),
    ...(state === "RETRY" ? { retries: row.retries + 1 } : {}),
  };
}
