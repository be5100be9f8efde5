import { Component } from "preact";
import type { TaskView } from "../../../client/task-view.ts";
import { durationText } from "../../parts/duration.ts";
import { Moment } from "../../parts/moment.tsx";
import { StateBadge } from "../../parts/state-badge.tsx";
import { to } from "../../router.ts";

const MOST_SHOWN = 160;

interface RowProps {
  task: TaskView;
  isChosen: boolean;
  /** Whether the list's one way in by Tab leads here. */
  isCurrent: boolean;
  choose: (id: string, isRange: boolean) => void;
}

/** One task in the list. Drawn anew only when something of it has changed. */
export class TaskRow extends Component<RowProps> {
  override shouldComponentUpdate({ task, isChosen, isCurrent }: RowProps): boolean {
    return task !== this.props.task || isChosen !== this.props.isChosen || isCurrent !== this.props.isCurrent;
  }

  override render({ task, isChosen, isCurrent, choose }: RowProps) {
    const { id, state, name, queue, retries, dateReceived, dateStarted, dateDone } = task;
    const seconds = dateStarted === null || dateDone === null ? undefined : (dateDone.getTime() - dateStarted.getTime()) / 1000;
    return (
      <tr data-id={id} data-chosen={isChosen} tabIndex={isCurrent ? 0 : -1}>
        <td>
          <input
            type="checkbox"
            checked={isChosen}
            tabIndex={-1}
            aria-label={`Choose ${name} ${id.slice(0, 8)}`}
            onClick={(event) => choose(id, event.shiftKey)}
          />
        </td>
        <td>
          <StateBadge state={state} />
        </td>
        <th scope="row">
          <div class="row-words">
            <a href={to("task", id)} tabIndex={-1}>
              {name}
            </a>
            <div class="call" title={id}>
              {callText(task)}
            </div>
          </div>
        </th>
        <td class="secondary">{queue}</td>
        <td class="secondary number">{retries > 0 ? retries : ""}</td>
        <td class="nowrap">
          <Moment at={dateReceived} />
        </td>
        <td class="number nowrap secondary">{seconds === undefined ? "–" : durationText(seconds)}</td>
      </tr>
    );
  }
}

/** Its arguments as they would be written in a call, cut. */
function callText({ args, kwargs }: TaskView): string {
  const parts = [
    ...(args ?? []).map((value) => short(value)),
    ...Object.entries(kwargs ?? {}).map(([name, value]) => `${name}=${short(value)}`),
  ];
  const text = `(${parts.join(", ")})`;
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}

function short(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, MOST_SHOWN);
}
