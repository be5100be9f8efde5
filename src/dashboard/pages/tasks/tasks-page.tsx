import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { systemClock } from "../../../clock.ts";
import { listen } from "../../feed.ts";
import { EmptyNote, ErrorNote, LoadingNote } from "../../parts/notes.tsx";
import { countText } from "../../parts/number-text.ts";
import { Page } from "../../parts/panel.tsx";
import { go, place, to } from "../../router.ts";
import { client, may } from "../../session.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { filterOf, queryOfFilter, type TaskFilter } from "./filter.ts";
import { FilterBar } from "./filter-bar.tsx";
import { MOST_FRESH, TaskList } from "./task-list.ts";
import { TaskTable } from "./task-table.tsx";

/** The tasks, newest first, as they change. */
export function TasksPage() {
  const { query } = place.value;
  const key = query.toString();
  const filter = useMemo(() => filterOf(query), [key]);
  const list = useMemo(() => new TaskList(client, filter, systemClock), [filter]);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [isAll, setAll] = useState(false);
  const search = useRef<HTMLInputElement>(null);
  const clear = () => {
    setChosen(new Set());
    setAll(false);
  };

  useEffect(() => {
    clear();
    void list.reload();
    return listen((events, missed) => list.take(events, missed));
  }, [list]);
  useEffect(() => onKeys({ "/": () => search.current?.focus(), n: () => void list.reload() }), [list]);

  const change = (part: Partial<TaskFilter>) => go(to("tasks", "", queryOfFilter({ ...filter, ...part })));
  const rows = list.rows.value;
  const choose = (ids: readonly string[], isChosen: boolean) => {
    setAll(false);
    setChosen((before) => new Set(isChosen ? [...before, ...ids] : [...before].filter((id) => !ids.includes(id))));
  };
  return (
    <Page title="Tasks" hint={<Keys />} actions={<Fresh list={list} />}>
      <div class="panel">
        <FilterBar filter={filter} change={change} search={search} />
        {chosen.size > 0 && (
          <BulkBar list={list} filter={filter} chosen={chosen} isAll={isAll} chooseAll={() => setAll(true)} clear={clear} />
        )}
        <div class="panel-body flush">
          {rows.length > 0 && (
            <TaskTable
              rows={rows}
              chosen={chosen}
              choose={choose}
              chooseShown={(isChosen) =>
                choose(
                  rows.map(({ id }) => id),
                  isChosen,
                )
              }
            />
          )}
          <End list={list} filter={filter} />
        </div>
      </div>
    </Page>
  );
}

/** The tasks that came since, which are not let in before somebody asks. */
function Fresh({ list }: { list: TaskList }) {
  const fresh = list.fresh.value;
  const words =
    fresh > 0
      ? `${countText(fresh)}${fresh === MOST_FRESH ? "+" : ""} new`
      : list.isStale.value
        ? "Some changes were missed: list again"
        : "List again";
  return (
    <button type="button" class={fresh > 0 ? "primary" : undefined} onClick={() => void list.reload()}>
      {words}
    </button>
  );
}

function End({ list, filter }: { list: TaskList; filter: TaskFilter }) {
  const [error, isLoading] = [list.error.value, list.isLoading.value];
  if (error !== undefined) return <ErrorNote error={error} again={() => void list.reload()} />;
  if (isLoading) return <LoadingNote rows={list.rows.value.length > 0 ? 1 : 8} />;
  const searched = filter.text === "" ? "" : ` Searched ${countText(list.scanned.value)} tasks for “${filter.text}”.`;
  if (list.hasMore.value) {
    return (
      <p class="list-end">
        {searched}
        <button type="button" onClick={() => void list.more()}>
          {filter.text === "" ? "Older" : "Search on"}
        </button>
      </p>
    );
  }
  if (list.rows.value.length > 0) return <p class="list-end faint">That is all.{searched}</p>;
  const isFiltered = Object.values(queryOfFilter(filter)).some((value) => value !== undefined && value.length > 0);
  return (
    <EmptyNote title={isFiltered ? "No task matches" : "No task yet"}>
      {isFiltered ? (
        <p>
          {searched} <a href={to("tasks")}>Show all tasks</a>
        </p>
      ) : (
        <p>{may("submit") ? <a href={to("submit")}>Submit one</a> : "Tasks appear here as soon as they are submitted."}</p>
      )}
    </EmptyNote>
  );
}

function Keys() {
  return (
    <span class="wide">
      <kbd>/</kbd> search <kbd>j</kbd> <kbd>k</kbd> move <kbd>x</kbd> choose <kbd>Enter</kbd> open <kbd>n</kbd> new
    </span>
  );
}

/** Calls what belongs to a key, unless somebody is writing. Answers what ends it. */
function onKeys(keys: Readonly<Record<string, () => void>>): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.target instanceof Element && event.target.closest("input, select, textarea, dialog") !== null) return;
    const act = Object.hasOwn(keys, event.key) ? keys[event.key] : undefined;
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", onKeyDown);
  return () => document.removeEventListener("keydown", onKeyDown);
}
