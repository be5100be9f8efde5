import { now } from "../../now.ts";
import { Moment } from "../../parts/moment.tsx";
import { Asked, EmptyNote } from "../../parts/notes.tsx";
import { countText, shortNumber } from "../../parts/number-text.ts";
import { Panel } from "../../parts/panel.tsx";
import type { Polled } from "../../polled.ts";
import { daysOf, dollarsText, type Stats } from "./stats.ts";

/** The units that are billed, in words, and the name of their price. */
const UNITS = [
  ["rows_written", "Rows written", "rows_written"],
  ["rows_read", "Rows read", "rows_read"],
  ["object_requests", "Object requests", "object_requests"],
  ["worker_requests", "Worker requests", "worker_requests"],
  ["messages_sent", "Queue messages", "queue_operations"],
  ["awake_milliseconds", "Milliseconds awake", "duration"],
] as const;

/** What it costs at list prices: units a task, dollars a day. */
export function CostPanel({ polled }: { polled: Polled<Stats> }) {
  return (
    <Panel title="What it costs" aside="at list prices" flush>
      <Asked polled={polled}>
        {(stats) => (stats.shards.length === 0 ? <EmptyNote title="No shard has answered yet" /> : <Costs stats={stats} />)}
      </Asked>
    </Panel>
  );
}

function Costs({ stats }: { stats: Stats }) {
  const days = daysOf(stats, now.value);
  const tasks = stats.shards.reduce((sum, shard) => sum + shard.tasks.ended, 0);
  const since = new Date(Math.min(...stats.shards.map((shard) => Date.parse(shard.since))));
  const unit = (name: string) => stats.shards.reduce((sum, shard) => sum + (shard.units[name] ?? 0), 0);
  return (
    <>
      <dl class="figures inner">
        <div class="figure">
          <dt>A day like this</dt>
          <dd>{days === undefined ? "–" : dollarsText(stats.dollars.total / days)}</dd>
        </div>
        <div class="figure">
          <dt>A million tasks</dt>
          <dd>{stats.dollars_per_million_tasks === null ? "–" : dollarsText(stats.dollars_per_million_tasks.total)}</dd>
        </div>
      </dl>
      <table>
        <thead>
          <tr>
            <th scope="col">Billed</th>
            <th scope="col" class="number">
              Units
            </th>
            <th scope="col" class="number">
              A task
            </th>
            <th scope="col" class="number">
              Dollars
            </th>
          </tr>
        </thead>
        <tbody>
          {UNITS.map(([name, words, price]) => (
            <tr key={name}>
              <th scope="row">{words}</th>
              <td class="number">{countText(unit(name))}</td>
              <td class="number">{tasks === 0 ? "–" : shortNumber(unit(name) / tasks)}</td>
              <td class="number">{dollarsText(stats.dollars[price] ?? 0)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p class="panel-foot faint">
        Counted since the broker was last started, <Moment at={since} />: {countText(tasks)} tasks ended. Prices of {stats.prices_of},
        without what is included.
      </p>
    </>
  );
}
