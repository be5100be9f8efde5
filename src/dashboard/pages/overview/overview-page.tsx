import { useState } from "preact/hooks";
import type { QueueView } from "../../../client/views.ts";
import { systemClock } from "../../../clock.ts";
import { now } from "../../now.ts";
import { durationText } from "../../parts/duration.ts";
import { countText, shortNumber } from "../../parts/number-text.ts";
import { Figure, Page } from "../../parts/panel.tsx";
import { usePolled } from "../../polled.ts";
import { client } from "../../session.ts";
import { BeatPanel } from "./beat-panel.tsx";
import { Charts } from "./charts.tsx";
import { ConsumersPanel } from "./consumers-panel.tsx";
import { CostPanel } from "./cost-panel.tsx";
import { recorder } from "./live.ts";
import { QueuesPanel } from "./queues-panel.tsx";
import type { Stats } from "./stats.ts";

const QUEUES_SECONDS = 2;
const STATS_SECONDS = 10;

/** How the deployment is: numbers of this moment, charts, queues, what beat does next, and what it costs. */
export function OverviewPage() {
  const [queue, setQueue] = useState("");
  const queues = usePolled(async () => {
    const views = await client.queues();
    recorder.look(
      views.reduce((sum, { ready }) => sum + ready, 0),
      systemClock.now(),
    );
    return views;
  }, QUEUES_SECONDS);
  const stats = usePolled(() => client.inspect<Stats>("stats"), STATS_SECONDS);
  return (
    <Page title="Overview">
      <div class="stack">
        <Numbers queues={queues.value} stats={stats.value} />
        <Charts queue={queue} />
        <QueuesPanel polled={queues} chosen={queue} choose={setQueue} />
        <div class="columns">
          <div class="stack">
            <ConsumersPanel />
            <BeatPanel />
          </div>
          <CostPanel polled={stats} />
        </div>
      </div>
    </Page>
  );
}

function Numbers({ queues, stats }: { queues: readonly QueueView[] | undefined; stats: Stats | undefined }) {
  const sum = (count: (queue: QueueView) => number) => queues?.reduce((total, queue) => total + count(queue), 0);
  const text = (value: number | undefined) => (value === undefined ? "–" : countText(value));
  const oldest = Math.max(0, ...(queues ?? []).map((queue) => queue.oldestAge ?? 0));
  const backlog = stats?.shards.reduce((total, shard) => total + (shard.backlog?.unfinished ?? 0), 0);
  const limit = stats?.shards.reduce((total, shard) => total + (shard.backlog?.limit ?? 0), 0);
  return (
    <dl class="figures">
      <Figure label="Finished" value={`${shortNumber(recorder.rate(now.value))}/s`} note="over ten seconds" />
      <Figure label="Active" value={text(sum((queue) => queue.active))} note="run now" />
      <Figure label="Ready" value={text(sum((queue) => queue.ready))} note={oldest > 0 ? `oldest ${durationText(oldest)}` : "to run now"} />
      <Figure label="Scheduled" value={text(sum((queue) => queue.scheduled))} note="for later" />
      <Figure label="Unfinished" value={text(backlog)} note={limit === undefined ? undefined : `of at most ${shortNumber(limit)}`} />
    </dl>
  );
}
