import { now } from "../../now.ts";
import { Moment } from "../../parts/moment.tsx";
import { Asked, EmptyNote } from "../../parts/notes.tsx";
import { Panel } from "../../parts/panel.tsx";
import { TaskLink } from "../../parts/task-link.tsx";
import { usePolled } from "../../polled.ts";
import { to } from "../../router.ts";
import { client } from "../../session.ts";

const POLL_SECONDS = 5;
const MOST = 6;

/** What beat sends next. */
export function BeatPanel() {
  const polled = usePolled(() => client.schedules.list(), POLL_SECONDS);
  return (
    <Panel title="Next from beat" aside={<a href={to("beat")}>All entries</a>} flush>
      <Asked polled={polled}>
        {(entries) => {
          const due = entries
            .filter(({ enabled, nextRunAt }) => enabled && nextRunAt !== null)
            .toSorted((one, other) => Number(one.nextRunAt) - Number(other.nextRunAt))
            .slice(0, MOST);
          if (due.length === 0) return <EmptyNote title="Beat has nothing to send" />;
          return (
            <table>
              <thead>
                <tr>
                  <th scope="col">Entry</th>
                  <th scope="col">Next</th>
                  <th scope="col">Last</th>
                </tr>
              </thead>
              <tbody>
                {due.map((entry) => (
                  <tr key={entry.name}>
                    <th scope="row">
                      {entry.name}
                      <div class="faint">{entry.task}</div>
                    </th>
                    <td class="nowrap">{Number(entry.nextRunAt) > now.value ? <Moment at={entry.nextRunAt} /> : "now"}</td>
                    <td class="nowrap">
                      <Moment at={entry.lastRunAt} />{" "}
                      <span class="secondary">{entry.lastTaskId !== null && <TaskLink id={entry.lastTaskId} />}</span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          );
        }}
      </Asked>
    </Panel>
  );
}
