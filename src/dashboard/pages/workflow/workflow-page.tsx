import { useEffect, useMemo, useRef } from "preact/hooks";
import { listen } from "../../feed.ts";
import { now } from "../../now.ts";
import { durationText } from "../../parts/duration.ts";
import { Asked } from "../../parts/notes.tsx";
import { countText, plural } from "../../parts/number-text.ts";
import { Figure, Page, Panel } from "../../parts/panel.tsx";
import { StateCounts } from "../../parts/state-counts.tsx";
import { usePolled } from "../../polled.ts";
import { go, place, to } from "../../router.ts";
import { client } from "../../session.ts";
import { isEnded } from "../../state-of-event.ts";
import { MOST_DRAWN } from "./drawing.ts";
import { Graph } from "./graph.tsx";
import { MembersPanel } from "./members-panel.tsx";
import { countStates, Standings } from "./standings.ts";
import { type Step, stepsOf } from "./steps.ts";
import { isSameShape, readTree, type Tree } from "./tree.ts";

/** Events tell of the tasks' changes; this is for what they missed, and for tasks that are added. */
const POLL_SECONDS = 5;

/** The workflow that a task or a group belongs to, as a graph whose tasks change as they run. */
export function WorkflowPage() {
  const { id } = place.value;
  const standings = useMemo(() => new Standings(), [id]);
  const isOver = useRef(false);
  const polled = usePolled(
    async () => {
      const tree = await readTree(client, id);
      standings.read(tree.tasks);
      return tree;
    },
    isOver.current ? 0 : POLL_SECONDS,
    [id],
  );
  useEffect(
    () =>
      listen((events, missed) => {
        standings.heed(events);
        if (missed) polled.refresh();
      }),
    [standings],
  );
  const tree = useKept(polled.value);
  isOver.current = tree !== undefined && [...standings.byId.value.values()].every(({ state }) => isEnded(state));
  return (
    <Page title="Workflow" hint={<span class="mono">{tree?.tasks[0]?.name}</span>} actions={<a href={to("task", id)}>The task</a>}>
      <Asked polled={{ ...polled, value: tree }} rows={8}>
        {(known) => <Shown id={id} tree={known} standings={standings} />}
      </Asked>
    </Page>
  );
}

/** The first reading of those that have the same shape, so that nothing is drawn anew for the same. */
function useKept(tree: Tree | undefined): Tree | undefined {
  const kept = useRef<Tree | undefined>(undefined);
  if (tree === undefined || kept.current === undefined || !isSameShape(kept.current, tree)) kept.current = tree;
  return kept.current;
}

function Shown({ id, tree, standings }: { id: string; tree: Tree; standings: Standings }) {
  const { tasks, isCut } = tree;
  const steps = useMemo(() => stepsOf(tasks), [tree]);
  const opened = place.value.query.get("step") ?? "";
  const open = (key: string) => go(to("workflow", id, { step: key === opened ? "" : key }), { replace: true });
  const isDrawn = steps.length <= MOST_DRAWN;
  const all: Step = { key: "", tasks, before: [], after: [] };
  const shown = isDrawn ? steps.find(({ key }) => key === opened) : all;
  return (
    <div class="stack">
      <Summary tree={tree} standings={standings} />
      {isCut && <p class="stale">Only the first {countText(tasks.length)} tasks of this workflow are shown.</p>}
      {isDrawn ? (
        <Panel title="Graph" aside={<span class="wide">Tab and the arrows go from one to the next.</span>} flush>
          <Graph id={id} tree={tree} steps={steps} standings={standings} opened={opened} open={open} />
        </Panel>
      ) : (
        <p class="stale">{plural(steps.length, "step")} are too many to be drawn: here is a list.</p>
      )}
      {shown !== undefined && shown.tasks.length > 1 && (
        <MembersPanel key={shown.key} step={shown} standings={standings} close={isDrawn ? () => open(opened) : undefined} />
      )}
    </div>
  );
}

/** How far it has come. */
function Summary({ tree, standings }: { tree: Tree; standings: Standings }) {
  const counts = countStates(tree.tasks, standings.byId.value);
  const ended = [...counts].reduce((sum, [state, count]) => sum + (isEnded(state) ? count : 0), 0);
  const failed = counts.get("FAILURE") ?? 0;
  const isOver = ended === tree.tasks.length;
  const first = Math.min(...tree.tasks.map(({ dateReceived }) => Number(dateReceived)));
  const last = Math.max(...[...standings.byId.value.values()].map(({ doneAt }) => Number(doneAt ?? 0)));
  return (
    <section aria-label="How far it has come">
      <dl class="figures">
        <Figure label="Tasks" value={countText(tree.tasks.length)} />
        <Figure label="Ended" value={`${Math.floor((ended / Math.max(1, tree.tasks.length)) * 100)} %`} note={plural(ended, "task")} />
        <Figure label="Failed" value={countText(failed)} tone={failed > 0 ? "bad" : undefined} />
        <Figure label={isOver ? "Took" : "Goes on for"} value={durationText(((isOver ? last : now.value) - first) / 1000)} />
      </dl>
      <div class="summary-states">
        <StateCounts counts={counts} />
      </div>
    </section>
  );
}
