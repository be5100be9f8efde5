import { useState } from "preact/hooks";
import { Choice } from "../../parts/choice.tsx";
import { Moment } from "../../parts/moment.tsx";
import { countText } from "../../parts/number-text.ts";
import { Panel } from "../../parts/panel.tsx";
import { STATES, StateBadge } from "../../parts/state-badge.tsx";
import { TaskLink } from "../../parts/task-link.tsx";
import { countStates, type Standings } from "./standings.ts";
import { nameOf, ranText } from "./step-card.tsx";
import type { Step } from "./steps.ts";

/** So many rows are shown at first, and more each time. */
const PAGE = 50;

/** The tasks of a step of many, in the order of the canvas, and those of one state alone. */
export function MembersPanel({ step, standings, close }: { step: Step; standings: Standings; close?: () => void }) {
  const [state, setState] = useState("");
  const [most, setMost] = useState(PAGE);
  const byId = standings.byId.value;
  const counts = countStates(step.tasks, byId);
  const states = [...new Set([...STATES, ...counts.keys()])].filter((one) => counts.has(one) || one === state);
  const rows = step.tasks.flatMap((task, index) => {
    const standing = byId.get(task.taskId) ?? { state: task.status, startedAt: task.dateStarted, doneAt: task.dateDone };
    return state === "" || standing.state === state ? [{ task, number: index + 1, standing }] : [];
  });
  return (
    <Panel
      title={nameOf(step)}
      aside={
        <>
          <Choice
            label="States"
            options={[
              ["", `All ${countText(step.tasks.length)}`],
              ...states.map((one) => [one, `${one} ${countText(counts.get(one) ?? 0)}`] as const),
            ]}
            chosen={state}
            choose={setState}
          />
          {close && (
            <button type="button" class="quiet" onClick={close}>
              Fold
            </button>
          )}
        </>
      }
      flush
    >
      <table>
        <thead>
          <tr>
            <th scope="col" class="number">
              No.
            </th>
            <th scope="col">State</th>
            <th scope="col">Task</th>
            <th scope="col" class="secondary">
              Started
            </th>
            <th scope="col" class="number">
              Ran
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, most).map(({ task, number, standing }) => (
            <tr key={task.taskId}>
              <td class="number">{countText(number)}</td>
              <td>
                <StateBadge state={standing.state} />
              </td>
              <th scope="row">
                <TaskLink id={task.taskId} name={task.name} /> <span class="mono faint">…{task.taskId.slice(-8)}</span>
              </th>
              <td class="nowrap secondary">
                <Moment at={standing.startedAt} />
              </td>
              <td class="number nowrap">{ranText(standing) || "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > most && (
        <p class="list-end">
          <button type="button" onClick={() => setMost(most + PAGE * 4)}>
            Show more of {countText(rows.length)}
          </button>
        </p>
      )}
    </Panel>
  );
}
