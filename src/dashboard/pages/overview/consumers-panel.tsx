import { taskView } from "../../../client/task-view.ts";
import type { ResultDocument } from "../../../core/wire/read-result-document.ts";
import { now } from "../../now.ts";
import { durationText } from "../../parts/duration.ts";
import { Asked, EmptyNote } from "../../parts/notes.tsx";
import { countText, plural } from "../../parts/number-text.ts";
import { Panel } from "../../parts/panel.tsx";
import { TaskLink } from "../../parts/task-link.tsx";
import { usePolled } from "../../polled.ts";
import { to } from "../../router.ts";
import { client } from "../../session.ts";
import { consumersOf } from "./consumers.ts";

const POLL_SECONDS = 3;
const MOST_SHOWN = 8;

/** Who runs tasks at the moment. One request and no more: it may miss a task that began long ago behind many others. */
export function ConsumersPanel() {
  const polled = usePolled(read, POLL_SECONDS);
  return (
    <Panel title="Consumers" aside={<a href={to("tasks", "", { status: "STARTED" })}>What runs</a>} flush>
      <Asked polled={polled}>
        {(consumers) =>
          consumers.length === 0 ? (
            <EmptyNote title="Nobody runs anything">
              <p>Consumers are woken when there is work, and go when there is none.</p>
            </EmptyNote>
          ) : (
            <table>
              <thead>
                <tr>
                  <th scope="col">Consumer</th>
                  <th scope="col">Queues</th>
                  <th scope="col" class="number">
                    Running
                  </th>
                  <th scope="col">Longest</th>
                </tr>
              </thead>
              <tbody>
                {consumers.slice(0, MOST_SHOWN).map(({ name, queues, running, longest }) => (
                  <tr key={name}>
                    <th scope="row" class="mono">
                      {name.replace(/^celeriac@/, "")}
                    </th>
                    <td>{queues.join(", ")}</td>
                    <td class="number">{countText(running)}</td>
                    <td class="nowrap">
                      <TaskLink id={longest.id} name={longest.name} />{" "}
                      <span class="faint secondary">
                        {durationText(Math.max(0, Math.round((now.value - Number(longest.dateStarted)) / 1000)))}
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
              {consumers.length > MOST_SHOWN && <caption>and {plural(consumers.length - MOST_SHOWN, "other")}</caption>}
            </table>
          )
        }
      </Asked>
    </Panel>
  );
}

async function read() {
  const path = "/v1/results?status=STARTED&limit=100";
  const { results } = await client.request<{ results: ResultDocument[] }>({ method: "GET", path });
  return consumersOf(results.map((document) => taskView(document, "UTC")));
}
