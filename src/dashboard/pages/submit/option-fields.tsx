import type { TaskDocument } from "../../../client/views.ts";
import { Field } from "../../parts/field.tsx";
import type { FieldFaults } from "../../parts/field-faults.ts";
import { usePolled } from "../../polled.ts";
import { client } from "../../session.ts";
import type { OptionTexts } from "./call-options.ts";

const PRIORITIES = [9, 8, 7, 6, 5, 4, 3, 2, 1, 0];

/** Where a call waits, for how long, and before which others. */
export function OptionFields({
  task,
  texts,
  change,
  faults,
}: {
  task: TaskDocument;
  texts: OptionTexts;
  change: (part: Partial<OptionTexts>) => void;
  faults: FieldFaults;
}) {
  const queues = usePolled(() => client.queues(), 0).value ?? [];
  return (
    <div class="option-fields">
      <Field label="Queue" aside={`default ${task.queue}`} fault={faults.get("queue")}>
        {(attributes) => (
          <>
            <input
              {...attributes}
              type="text"
              list="queues"
              autocomplete="off"
              spellcheck={false}
              value={texts.queue}
              onInput={(event) => change({ queue: event.currentTarget.value })}
            />
            <datalist id="queues">
              {queues.map(({ queue }) => (
                <option key={queue} value={queue} />
              ))}
            </datalist>
          </>
        )}
      </Field>
      <Field label="Countdown" aside="seconds" fault={faults.get("countdown")}>
        {(attributes) => (
          <input
            {...attributes}
            type="text"
            inputMode="decimal"
            autocomplete="off"
            value={texts.countdown}
            onInput={(event) => change({ countdown: event.currentTarget.value })}
          />
        )}
      </Field>
      <Field label="Priority" aside="9 first" fault={faults.get("priority")}>
        {(attributes) => (
          <select {...attributes} value={texts.priority} onChange={(event) => change({ priority: event.currentTarget.value })}>
            <option value="">{`default${typeof task.priority === "number" ? ` (${task.priority})` : ""}`}</option>
            {PRIORITIES.map((priority) => (
              <option key={priority} value={String(priority)}>
                {priority}
              </option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}
