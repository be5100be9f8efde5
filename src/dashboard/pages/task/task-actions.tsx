import type { TaskView } from "../../../client/task-view.ts";
import { ActionButton } from "../../parts/button.tsx";
import { confirm } from "../../parts/confirm.tsx";
import { tell } from "../../parts/toast.tsx";
import { go, to } from "../../router.ts";
import { client, may } from "../../session.ts";

const ENDED: readonly string[] = ["SUCCESS", "FAILURE", "REVOKED"];

/** What can be done to a task in its state. */
export function TaskActions({ task: { id, name, state }, refresh }: { task: TaskView; refresh: () => void }) {
  if (!may("control")) return null;
  const again = async () => {
    const result = await client.retry(id);
    tell(`${name} was sent again.`, { link: { href: to("task", result.id), words: "Show it" } });
  };
  const revoke = (terminate: boolean) => async () => {
    const text = terminate ? "If it runs, it is told to stop." : "If it waits, it ends as REVOKED; if it runs, it goes on.";
    if (!(await confirm({ title: `Revoke ${name}?`, text, action: terminate ? "Terminate" : "Revoke" }))) return;
    const became = await client.control.revoke(id, { terminate });
    tell(became === "revoked" ? "It is revoked." : `It is not revoked: ${became}.`, { tone: became === "revoked" ? "good" : "bad" });
    refresh();
  };
  const forget = async () => {
    if (!(await confirm({ title: "Forget this result?", text: "It is deleted. This cannot be undone.", action: "Forget" }))) return;
    await client.AsyncResult(id).forget();
    tell("It is forgotten.");
    go(to("tasks"));
  };
  if (ENDED.includes(state)) {
    return (
      <>
        <ActionButton act={again}>Run again</ActionButton>
        <ActionButton act={forget} tone="danger">
          Forget
        </ActionButton>
      </>
    );
  }
  return (
    <>
      <ActionButton act={revoke(false)} tone="danger">
        Revoke
      </ActionButton>
      <ActionButton act={revoke(true)} tone="danger">
        Terminate
      </ActionButton>
    </>
  );
}
