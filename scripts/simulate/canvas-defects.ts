import { FollowUp } from "../../src/broker/follow-up.ts";
import { OpenPage } from "../../src/broker/open-page.ts";
import { Workflow } from "../../src/broker/workflow.ts";
import { Workflows } from "../../src/broker/workflows.ts";
import { type Defect, replace } from "./defect.ts";

/** More than wait for any one call. */
const ALL = 1_000;

/** Defects of canvases. */
export const CANVAS_DEFECTS: Record<string, Defect> = {
  "a group is joined by its first member": () =>
    replace(
      Workflow.prototype,
      "end",
      (end) =>
        function (this: Workflow, call, state) {
          const following = end.call(this, call, state);
          if (state !== "SUCCESS") return following;
          const early = this.after(call, ALL).filter((next) => !this.isOver(next) && this.sleeps(next) && !following.ready.includes(next));
          return { ...following, ready: [...following.ready, ...early] };
        },
    ),
  "a join is counted twice": () =>
    replace(
      Workflow.prototype,
      "end",
      (end) =>
        function (this: Workflow, call, state) {
          const following = end.call(this, call, state);
          return following.joined.length === 0 ? following : { ...following, ready: [...following.ready, ...following.ready] };
        },
    ),
  "a cascade stops at the first step": () =>
    replace(
      Workflow.prototype,
      "end",
      (end) =>
        function (this: Workflow, call, state) {
          const following = end.call(this, call, state);
          return { ...following, ended: following.ended.slice(0, 1) };
        },
    ),
  "a step revoked with what it waits for ends twice": () =>
    replace(
      FollowUp.prototype,
      "follow",
      (follow) =>
        function (this: FollowUp, ...ends) {
          const restore = replace(OpenPage.prototype, "hasEnded", () => () => false);
          try {
            return follow.apply(this, ends);
          } finally {
            restore();
          }
        },
    ),
  "a task that was replaced does not end with its replacement": () => replace(FollowUp.prototype, "conclude", () => () => {}),
  "callbacks are forgotten at a reset": () =>
    sinceReset((isKnown) =>
      replace(
        Workflow.prototype,
        "callbacksOf",
        (callbacksOf) =>
          function (this: Workflow, call) {
            return isKnown(this) ? callbacksOf.call(this, call) : undefined;
          },
      ),
    ),
  "what was released sleeps again after a reset": () =>
    sinceReset((isKnown) =>
      replace(
        Workflow.prototype,
        "sleeps",
        (sleeps) =>
          function (this: Workflow, call) {
            return isKnown(this) ? sleeps.call(this, call) : !this.isOver(call) && this.layout.calls[call]?.after !== null;
          },
      ),
    ),
};

/** Makes a defect of workflows that were not written down by the object that now knows them. */
function sinceReset(spoil: (isKnown: (workflow: Workflow) => boolean) => () => void): () => void {
  const known = new WeakSet<Workflow>();
  const restore = spoil((workflow) => known.has(workflow));
  const restoreBegin = replace(
    Workflows.prototype,
    "begin",
    (begin) =>
      function (this: Workflows, workflow) {
        known.add(workflow);
        begin.call(this, workflow);
      },
  );
  return () => {
    restore();
    restoreBegin();
  };
}
