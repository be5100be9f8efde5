import type { QueueView } from "../../../client/views.ts";
import { ActionButton } from "../../parts/button.tsx";
import { confirm } from "../../parts/confirm.tsx";
import { durationText } from "../../parts/duration.ts";
import { Asked, EmptyNote } from "../../parts/notes.tsx";
import { countText, plural } from "../../parts/number-text.ts";
import { Panel } from "../../parts/panel.tsx";
import { tell } from "../../parts/toast.tsx";
import type { Polled } from "../../polled.ts";
import { to } from "../../router.ts";
import { client, may } from "../../session.ts";

/** After so many seconds without anybody who takes what is ready, something is wrong. */
const LONG_SECONDS = 30;

/** The queues: how much is in them, and pause and purge. */
export function QueuesPanel({ polled, chosen, choose }: { polled: Polled<QueueView[]>; chosen: string; choose: (queue: string) => void }) {
  return (
    <Panel title="Queues" flush>
      <Asked polled={polled}>
        {(queues) =>
          queues.length === 0 ? (
            <EmptyNote title="No queue yet" />
          ) : (
            <table>
              <thead>
                <tr>
                  <th scope="col">Queue</th>
                  <th scope="col" class="number">
                    Ready
                  </th>
                  <th scope="col" class="number secondary">
                    Scheduled
                  </th>
                  <th scope="col" class="number">
                    Active
                  </th>
                  <th scope="col" class="number secondary">
                    Oldest
                  </th>
                  <th scope="col">
                    <span class="hidden-text">Actions</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {queues.map((queue) => (
                  <Row key={queue.queue} queue={queue} isChosen={queue.queue === chosen} choose={choose} refresh={polled.refresh} />
                ))}
              </tbody>
            </table>
          )
        }
      </Asked>
    </Panel>
  );
}

function Row({
  queue,
  isChosen,
  choose,
  refresh,
}: {
  queue: QueueView;
  isChosen: boolean;
  choose: (queue: string) => void;
  refresh: () => void;
}) {
  const { queue: name, ready, scheduled, active, paused, oldestAge } = queue;
  const isStuck = !paused && ready > 0 && active === 0 && (oldestAge ?? 0) > LONG_SECONDS;
  const steer = async () => {
    await (paused ? client.control.resume(name) : client.control.pause(name));
    tell(paused ? `${name} goes on.` : `${name} is paused: what runs is finished, nothing more is handed out.`);
    refresh();
  };
  const purge = async () => {
    const isSure = await confirm({
      title: `Purge ${name}?`,
      text: `${plural(ready + scheduled, "task")} that wait, now or for later, will end as REVOKED. What runs goes on. This cannot be undone.`,
      action: `Purge ${plural(ready + scheduled, "task")}`,
    });
    if (!isSure) return;
    tell(`${plural(await client.control.purge(name), "task")} purged from ${name}.`);
    refresh();
  };
  return (
    <tr>
      <th scope="row">
        <button type="button" class="link" aria-pressed={isChosen} title="Show its charts" onClick={() => choose(isChosen ? "" : name)}>
          {name}
        </button>{" "}
        {paused && (
          <span class="badge" data-state="RETRY">
            ❚❚ paused
          </span>
        )}
        {isStuck && (
          <span class="badge" data-state="FAILURE">
            ! no consumer takes them
          </span>
        )}
      </th>
      <td class="number">{countText(ready)}</td>
      <td class="number secondary">{countText(scheduled)}</td>
      <td class="number">
        <a href={to("tasks", "", { queue: name, status: "STARTED" })}>{countText(active)}</a>
      </td>
      <td class="number nowrap secondary">{oldestAge === null ? "–" : durationText(oldestAge)}</td>
      <td class="actions">
        {may("control") && (
          <>
            <ActionButton act={steer} label={`${paused ? "Resume" : "Pause"} ${name}`}>
              {paused ? "Resume" : "Pause"}
            </ActionButton>
            <ActionButton act={purge} tone="danger" disabled={ready + scheduled === 0} label={`Purge ${name}`}>
              Purge
            </ActionButton>
          </>
        )}
      </td>
    </tr>
  );
}
