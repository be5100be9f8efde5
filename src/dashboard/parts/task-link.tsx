import { to } from "../router.ts";

/** The way to a task: its name if that is known, else the end of its id, where ids differ. */
export function TaskLink({ id, name }: { id: string; name?: string }) {
  return (
    <a href={to("task", id)} title={id} class={name === undefined ? "mono" : undefined}>
      {name ?? `…${id.slice(-8)}`}
    </a>
  );
}
