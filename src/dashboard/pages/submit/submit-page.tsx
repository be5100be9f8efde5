import { Field } from "../../parts/field.tsx";
import { Asked, EmptyNote } from "../../parts/notes.tsx";
import { Page, Panel } from "../../parts/panel.tsx";
import { usePolled } from "../../polled.ts";
import { go, place, to } from "../../router.ts";
import { client, may } from "../../session.ts";
import { CallForm } from "./call-form.tsx";
import { SentTasks } from "./sent-tasks.tsx";

/** Sends a task: which, with which arguments and options; and shows what becomes of it. The task is part of the address (`#/submit?task=name`). */
export function SubmitPage() {
  if (may("submit")) return <Submit />;
  return (
    <Page title="Submit">
      <EmptyNote title="This key may not submit tasks">
        <p>Sign in with one that has the scope “submit”.</p>
      </EmptyNote>
    </Page>
  );
}

function Submit() {
  const polled = usePolled(() => client.tasks(), 0);
  const name = place.value.query.get("task") ?? "";
  return (
    <Page title="Submit">
      <div class="columns">
        <div class="stack">
          <Asked polled={polled} rows={6}>
            {(tasks) => {
              const task = tasks.find((one) => one.name === name);
              return (
                <>
                  <Panel title="Task">
                    <ChooseTask names={tasks.map((one) => one.name)} chosen={name} doc={task?.doc ?? ""} />
                  </Panel>
                  {task !== undefined && <CallForm key={task.name} task={task} />}
                </>
              );
            }}
          </Asked>
        </div>
        <SentTasks />
      </div>
    </Page>
  );
}

function ChooseTask({ names, chosen, doc }: { names: readonly string[]; chosen: string; doc: string }) {
  const isKnown = chosen === "" || names.includes(chosen);
  return (
    <Field
      label="Name"
      hint={<span class="lines">{doc}</span>}
      fault={isKnown ? undefined : `No task is registered under the name '${chosen}'.`}
    >
      {(attributes) => (
        <select
          {...attributes}
          value={isKnown ? chosen : ""}
          onChange={(event) => go(to("submit", "", { task: event.currentTarget.value }), { replace: true })}
        >
          <option value="">Choose a task</option>
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
