import { useEffect, useRef, useState } from "preact/hooks";
import { ErrorNote, LoadingNote } from "../../parts/notes.tsx";
import { type Drawing, drawSteps } from "./drawing.ts";
import type { Standings } from "./standings.ts";
import { StepCard } from "./step-card.tsx";
import type { Step } from "./steps.ts";
import type { Tree } from "./tree.ts";

/** Narrower pages have it from top to bottom. */
const NARROW = "(max-width: 720px)";

/** The steps as cards, and lines from each to those after it. The arrows lead along the lines, Tab through the steps in order. */
export function Graph({
  id,
  tree,
  steps,
  standings,
  opened,
  open,
}: {
  id: string;
  tree: Tree;
  steps: readonly Step[];
  standings: Standings;
  /** The key of the step whose tasks are listed. */
  opened: string;
  open: (key: string) => void;
}) {
  const list = useRef<HTMLOListElement>(null);
  const isDownward = useNarrow();
  const [drawn, setDrawn] = useState<{ steps: readonly Step[]; drawing?: Drawing; error?: unknown }>({ steps });
  useEffect(() => {
    let isOver = false;
    drawSteps(steps, isDownward).then(
      (drawing) => isOver || setDrawn({ steps, drawing }),
      (error: unknown) => isOver || setDrawn({ steps, error }),
    );
    return () => {
      isOver = true;
    };
  }, [steps, isDownward]);
  const { drawing } = drawn;
  useEffect(() => {
    // Where it is wider than the page: what was asked for is seen at first.
    const here = list.current?.querySelector<HTMLElement>('[data-here="true"]')?.parentElement;
    const field = here?.closest(".graph");
    field?.scrollTo(
      (here?.offsetLeft ?? 0) - (field.clientWidth - (here?.offsetWidth ?? 0)) / 2,
      (here?.offsetTop ?? 0) - field.clientHeight / 2,
    );
  }, [drawing]);
  if (drawn.error !== undefined) return <ErrorNote error={drawn.error} />;
  if (drawing === undefined || drawn.steps !== steps) return <LoadingNote rows={5} />;

  const focus = (key: string | undefined) => {
    if (key !== undefined) list.current?.querySelector<HTMLElement>(`[data-step="${CSS.escape(key)}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const key = event.target instanceof HTMLElement ? event.target.dataset.step : undefined;
    const step = steps.find((one) => one.key === key);
    if (step === undefined) return;
    const beside = (by: number) => {
      const sides = steps.filter(({ before }) => before.join() === step.before.join());
      return sides[sides.indexOf(step) + by]?.key;
    };
    const [forward, back, next, previous] = isDownward
      ? ["ArrowDown", "ArrowUp", "ArrowRight", "ArrowLeft"]
      : ["ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp"];
    const target = { [forward]: () => step.after[0], [back]: () => step.before[0], [next]: () => beside(1), [previous]: () => beside(-1) };
    const found = Object.hasOwn(target, event.key) ? target[event.key] : undefined;
    if (found === undefined) return;
    event.preventDefault();
    focus(found());
  };

  const known = new Set(tree.isCut ? [] : tree.tasks.map(({ taskId }) => taskId));
  const { width, height, boxes, lines } = drawing;
  return (
    <div class="graph">
      <div class="graph-field" style={{ width: `${width}px`, height: `${height}px` }}>
        <svg width={width} height={height} aria-hidden="true">
          <defs>
            <marker id="arrow" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">
              <path d="M0 0 8 4 0 8Z" />
            </marker>
          </defs>
          {lines.map((line) => (
            <path key={line} class="edge" d={line} marker-end="url(#arrow)" />
          ))}
        </svg>
        <ol ref={list} onKeyDown={onKeyDown}>
          {steps.map((step) => {
            const box = boxes.get(step.key);
            if (box === undefined) return null;
            return (
              <li key={step.key} style={{ left: `${box.left}px`, top: `${box.top}px`, width: `${box.width}px`, height: `${box.height}px` }}>
                <StepCard id={id} step={step} steps={steps} known={known} standings={standings} isOpen={opened === step.key} open={open} />
              </li>
            );
          })}
        </ol>
      </div>
    </div>
  );
}

function useNarrow(): boolean {
  const [isNarrow, setNarrow] = useState(() => matchMedia(NARROW).matches);
  useEffect(() => {
    const media = matchMedia(NARROW);
    const onChange = () => setNarrow(media.matches);
    media.addEventListener("change", onChange);
    return () => media.removeEventListener("change", onChange);
  }, []);
  return isNarrow;
}
