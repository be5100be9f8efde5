import type { Ref } from "preact";
import { useState } from "preact/hooks";
import { Choice } from "../../parts/choice.tsx";
import { STATES, StateShape } from "../../parts/state-badge.tsx";
import { usePolled } from "../../polled.ts";
import { client } from "../../session.ts";
import { SINCES, type TaskFilter } from "./filter.ts";

/** The conditions of the list. Each change is part of the address. */
export function FilterBar({
  filter,
  change,
  search,
}: {
  filter: TaskFilter;
  change: (part: Partial<TaskFilter>) => void;
  search: Ref<HTMLInputElement>;
}) {
  const known = usePolled(async () => ({ tasks: await client.tasks(), queues: await client.queues() }), 0).value;
  const [text, setText] = useState(filter.text);
  const toggle = (state: string) => {
    const { status } = filter;
    change({ status: status.includes(state) ? status.filter((one) => one !== state) : [...status, state] });
  };
  const isFiltered = filter.status.length > 0 || filter.name !== "" || filter.queue !== "" || filter.since !== "" || filter.text !== "";
  return (
    <search class="filters">
      <fieldset class="states" aria-label="States">
        {STATES.map((state) => (
          <button
            key={state}
            type="button"
            class="state"
            data-state={state}
            aria-pressed={filter.status.includes(state)}
            onClick={() => toggle(state)}
          >
            <StateShape state={state} />
            {state}
          </button>
        ))}
      </fieldset>
      <div class="fields">
        <input
          type="text"
          list="task-names"
          placeholder="Task name"
          aria-label="Task name"
          value={filter.name}
          onChange={(event) => change({ name: event.currentTarget.value.trim() })}
        />
        <datalist id="task-names">
          {known?.tasks.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <select aria-label="Queue" value={filter.queue} onChange={(event) => change({ queue: event.currentTarget.value })}>
          <option value="">All queues</option>
          {[...new Set([...(known?.queues.map(({ queue }) => queue) ?? []), filter.queue])].filter(Boolean).map((queue) => (
            <option key={queue} value={queue}>
              {queue}
            </option>
          ))}
        </select>
        <Choice
          label="Received within"
          options={SINCES}
          chosen={SINCES.find(([value]) => value === filter.since)?.[0] ?? ""}
          choose={(since) => change({ since })}
        />
        <form
          class="search"
          onSubmit={(event) => {
            event.preventDefault();
            change({ text: text.trim() });
          }}
        >
          <input
            ref={search}
            type="search"
            placeholder="Text in arguments, result or id"
            aria-label="Text in arguments, result or id"
            value={text}
            onInput={(event) => {
              setText(event.currentTarget.value);
              if (event.currentTarget.value === "") change({ text: "" });
            }}
          />
          <button type="submit">Search</button>
        </form>
        {isFiltered && (
          <button
            type="button"
            class="quiet"
            onClick={() => {
              setText("");
              change({ status: [], name: "", queue: "", since: "", text: "" });
            }}
          >
            Clear
          </button>
        )}
      </div>
    </search>
  );
}
