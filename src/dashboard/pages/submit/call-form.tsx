import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { segment } from "../../../client/query.ts";
import type { TaskDocument } from "../../../client/views.ts";
import { Choice } from "../../parts/choice.tsx";
import { CodeField } from "../../parts/field.tsx";
import { type FieldFaults, fieldFaults } from "../../parts/field-faults.ts";
import { Panel } from "../../parts/panel.tsx";
import { parsedJson } from "../../parts/parsed-json.ts";
import { client } from "../../session.ts";
import { argumentFields } from "./argument-fields.ts";
import { ArgumentInput } from "./argument-input.tsx";
import { callOptions, NO_OPTIONS } from "./call-options.ts";
import { type Arguments, type FieldTexts, filledCall } from "./filled-call.ts";
import { OptionFields } from "./option-fields.tsx";
import { watch } from "./sent-tasks.tsx";

const NONE: FieldFaults = new Map();
const WAYS = [
  ["form", "Form"],
  ["json", "JSON"],
] as const;

/** The form of one task: its arguments, as its parameters and schema tell of them or as JSON, and the options of the call. */
export function CallForm({ task }: { task: TaskDocument }) {
  const fields = useMemo(() => argumentFields(task), [task]);
  const [way, setWay] = useState<"form" | "json">(fields === undefined ? "json" : "form");
  const [texts, setTexts] = useState<FieldTexts>({});
  const [json, setJson] = useState({ args: "[]", kwargs: "{}" });
  const [options, setOptions] = useState(NO_OPTIONS);
  const [faults, setFaults] = useState(NONE);
  const [isBusy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const shown = way === "form" ? (fields ?? []) : [];

  useEffect(() => {
    if (faults.size > 0) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [faults]);

  const turnTo = (chosen: "form" | "json") => {
    const filled = filledCall(shown, texts);
    // What was filled in goes along, as far as it can be read.
    if (way === "form" && chosen === "json" && "args" in filled) {
      setJson({ args: JSON.stringify(filled.args), kwargs: JSON.stringify(filled.kwargs) });
    }
    setFaults(NONE);
    setWay(chosen);
  };
  const send = async (event: Event) => {
    event.preventDefault();
    const called = way === "form" ? filledCall(shown, texts) : jsonCall(json);
    const chosen = callOptions(options);
    if ("faults" in called || "faults" in chosen) {
      return setFaults(new Map([...("faults" in called ? called.faults : []), ...("faults" in chosen ? chosen.faults : [])]));
    }
    setBusy(true);
    try {
      const body = JSON.stringify({ ...called, ...chosen.options });
      const asked = { method: "POST", path: `/v1/tasks/${segment(task.name)}`, body, repeatable: "nonce" } as const;
      const { task_id: id } = await client.request<{ task_id: string }>(asked);
      watch({ id, name: task.name });
      setFaults(NONE);
    } catch (error) {
      setFaults(
        fieldFaults(error, [...shown.map(({ path }) => path), ...(way === "json" ? ["args", "kwargs"] : []), ...Object.keys(options)]),
      );
    } finally {
      setBusy(false);
    }
  };
  return (
    <form ref={form} class="stack" onSubmit={send} noValidate>
      <Panel
        title="Call"
        aside={fields !== undefined && <Choice label="How arguments are written" options={WAYS} chosen={way} choose={turnTo} />}
      >
        <div class="form">
          {way === "form" && shown.length === 0 && <p class="faint">It takes none.</p>}
          {shown.map((field) => (
            <ArgumentInput
              key={field.path}
              field={field}
              text={texts[field.path] ?? ""}
              change={(text) => setTexts((before) => ({ ...before, [field.path]: text }))}
              fault={faults.get(field.path)}
            />
          ))}
          {way === "json" && (
            <>
              <CodeField
                label="Arguments"
                aside="a JSON array"
                value={json.args}
                change={(args) => setJson((before) => ({ ...before, args }))}
                fault={faults.get("args")}
              />
              <CodeField
                label="Keyword arguments"
                aside="a JSON object"
                value={json.kwargs}
                change={(kwargs) => setJson((before) => ({ ...before, kwargs }))}
                fault={faults.get("kwargs")}
              />
            </>
          )}
        </div>
      </Panel>
      <Panel title="Options">
        <OptionFields task={task} texts={options} change={(part) => setOptions((before) => ({ ...before, ...part }))} faults={faults} />
      </Panel>
      {faults.has("") && (
        <p class="fault lines" role="alert">
          {faults.get("")}
        </p>
      )}
      <div class="fields">
        <button type="submit" class="primary" aria-busy={isBusy} disabled={isBusy}>
          Send
        </button>
      </div>
    </form>
  );
}

function jsonCall(json: { args: string; kwargs: string }): Arguments | { faults: FieldFaults } {
  const [args, kwargs] = [parsedJson(json.args, "an array"), parsedJson(json.kwargs, "an object")];
  if ("value" in args && "value" in kwargs) return { args: args.value as unknown[], kwargs: kwargs.value as Record<string, unknown> };
  const faults = new Map<string, string>();
  if ("fault" in args) faults.set("args", args.fault);
  if ("fault" in kwargs) faults.set("kwargs", kwargs.fault);
  return { faults };
}
