import type { ScheduleView } from "../../../client/schedules.ts";
import { ActionButton } from "../../parts/button.tsx";
import { confirm } from "../../parts/confirm.tsx";
import { tell } from "../../parts/toast.tsx";
import { go, to } from "../../router.ts";
import { client, may } from "../../session.ts";

/** Entries that are written over HTTP can be changed there; the others are the deployment's. */
export function isEditable({ source }: ScheduleView): boolean {
  return source === "http";
}

/** Run now, which every entry can; enable and disable, where it is not the deployment's. */
export function RunActions({ entry, refresh }: { entry: ScheduleView; refresh: () => void }) {
  if (!may("control")) return null;
  const { name, enabled } = entry;
  const run = async () => {
    const { id } = await client.schedules.run(name);
    tell(`${name} was sent.`, { link: { href: to("task", id), words: "Show it" } });
    refresh();
  };
  const steer = async () => {
    await (enabled ? client.schedules.disable(name) : client.schedules.enable(name));
    tell(enabled ? `${name} is disabled: it is not due until it is enabled.` : `${name} is enabled.`);
    refresh();
  };
  return (
    <>
      <ActionButton act={run} label={`Run now: ${name}`}>
        Run now
      </ActionButton>
      {isEditable(entry) && (
        <ActionButton act={steer} label={`${enabled ? "Disable" : "Enable"} ${name}`}>
          {enabled ? "Disable" : "Enable"}
        </ActionButton>
      )}
    </>
  );
}

/** Edit and delete, where the entry is not the deployment's. */
export function EditActions({ entry }: { entry: ScheduleView }) {
  if (!may("control") || !isEditable(entry)) return null;
  const { name } = entry;
  const remove = async () => {
    const text = "It is not due any more. Tasks that it sent stay. This cannot be undone.";
    if (!(await confirm({ title: `Delete ${name}?`, text, action: "Delete" }))) return;
    await client.schedules.delete(name);
    tell(`${name} is deleted.`);
    go(to("beat"));
  };
  return (
    <>
      <a class="button" href={to("beat", name, { edit: "1" })}>
        Edit
      </a>
      <ActionButton act={remove} tone="danger">
        Delete
      </ActionButton>
    </>
  );
}
