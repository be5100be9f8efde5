import { to } from "../router.ts";

/** The way to a task: its name if that is known, else the beginning of its id. */
export function TaskLink({ id, name }: { id: string; name?: string }) {
  return (
    <a href={to("task", id)} title={id} class={name === undefined ? "mono" : undefined}>
      {name ?? id.slice(0, 8)}
    </a>
  );
}
