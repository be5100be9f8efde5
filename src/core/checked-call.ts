import type { Call } from "./call.ts";
import type { CallInput, ComposeSetting } from "./compose.ts";
import { composeCall } from "./compose.ts";
import type { Fault } from "./errors.ts";
import { isPlainObject, memberPath } from "./json-value.ts";
import type { ArgumentSchemas, CheckedArguments } from "./schema.ts";
import { checkArguments } from "./schema.ts";
import type { TaskDefinition } from "./task-definition.ts";

/**
 * Makes a call as `composeCall` does, of what the task's schemas make of its arguments: they are asked here, at the call, and nowhere else. A
 * promise only where a schema answers one. What a schema finds wrong is told together with every other fault. What a schema
 * throws is not caught.
 */
export function composeChecked(definition: TaskDefinition, call: CallInput, setting: ComposeSetting): Call | Promise<Call> {
  const { schemas } = definition;
  const { args = [], kwargs = {} } = call;
  if (schemas === undefined || !Array.isArray(args) || !isPlainObject(kwargs)) return composeCall(definition, call, setting);
  const laid = layOut(definition, schemas, args, kwargs);
  const compose = (checked: CheckedArguments) => {
    // A schema may make of JSON what JSON cannot hold.
    if (checked.ok)
      return composeCall(definition, { ...call, args: checked.args, kwargs: { ...checked.kwargs } }, { ...setting, json: false });
    return composeCall(definition, call, { ...setting, argumentFaults: checked.faults.map((fault) => renamed(fault, laid.names)) });
  };
  const checked = checkArguments(schemas, laid.args, laid.kwargs);
  return checked instanceof Promise ? checked.then(compose) : compose(checked);
}

interface LaidOut {
  args: readonly unknown[];
  kwargs: Readonly<Record<string, unknown>>;
  /** The positions of arguments that were given by name. */
  names: ReadonlyMap<number, string>;
}

/** A schema of positions alone is asked about keyword arguments too, in their places. Those that have none stay, to be refused later. */
function layOut({ parameters }: TaskDefinition, schemas: ArgumentSchemas, given: readonly unknown[], kwargs: LaidOut["kwargs"]): LaidOut {
  const names = new Map<number, string>();
  if (parameters === undefined || schemas.kwargs !== undefined) return { args: given, kwargs, names };
  const args = [...given];
  const left = { ...kwargs };
  for (const [index, { name, rest }] of parameters.entries()) {
    if (rest || index < given.length || !Object.hasOwn(left, name)) continue;
    args[index] = left[name];
    names.set(index, name);
    delete left[name];
  }
  // Without holes: schemas look at indices, and a skipped one is undefined to them.
  return { args: Array.from(args), kwargs: left, names };
}

function renamed({ path, message }: Fault, names: ReadonlyMap<number, string>): Fault {
  const [head, index] = /^args\[(\d+)\]/.exec(path) ?? [];
  const name = index === undefined ? undefined : names.get(Number(index));
  return name === undefined || head === undefined
    ? { path, message }
    : { path: memberPath("kwargs", name) + path.slice(head.length), message };
}
