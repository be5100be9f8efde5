import type { Fault } from "./errors.ts";
import { RefusedCall } from "./errors.ts";
import { memberPath } from "./json-value.ts";
import { didYouMean } from "./nearest.ts";
import type { Parameter, TaskDefinition } from "./task-definition.ts";

/**
 * Lays `args` and `kwargs` out as the positional arguments of the handler, as Python binds a call to a signature.
 *
 * Skipped optional parameters are `undefined`, and trailing ones are left out, so that the handler's own defaults apply.
 * Without declared `parameters` the arguments are handed on as they are and any keyword is refused. Keywords are looked up
 * as own properties only; `__proto__` is no name. Throws `RefusedCall` ("bad_arguments") with every fault at once: missing,
 * unexpected, given twice, too many.
 */
export function bindArguments(definition: TaskDefinition, args: readonly unknown[], kwargs: Readonly<Record<string, unknown>>): unknown[] {
  const faults = findArgumentFaults(definition, args, kwargs);
  if (faults.length > 0) throw new RefusedCall("bad_arguments", faults, definition.name);
  const parameters = definition.parameters;
  const bound = args.slice();
  if (parameters === undefined) return bound;
  const named = Object.keys(kwargs).length > 0;
  if (named) {
    for (const [index, parameter] of parameters.entries()) {
      if (!parameter.rest && Object.hasOwn(kwargs, parameter.name)) bound[index] = kwargs[parameter.name];
    }
  }
  while (bound.length > 0 && bound[bound.length - 1] === undefined) bound.pop();
  // Parameters that were skipped are holes until here.
  return named ? Array.from(bound) : bound;
}

/** What is wrong with the arguments of a call, everything at once; empty when they fit. The checking half of `bindArguments`. */
export function findArgumentFaults(
  definition: TaskDefinition,
  args: readonly unknown[],
  kwargs: Readonly<Record<string, unknown>>,
): Fault[] {
  const names = Object.keys(kwargs);
  const parameters = definition.parameters;
  if (parameters === undefined) {
    if (names.length === 0) return [];
    return [
      { path: "kwargs", message: `${definition.name} takes no keyword arguments: declare its \`parameters\` where it is registered` },
    ];
  }
  const faults: Fault[] = [];
  const surplus = findSurplus(parameters, args.length);
  if (surplus !== undefined) faults.push(surplus);
  let index = 0;
  for (const parameter of parameters) {
    const byName = !parameter.rest && names.length > 0 && Object.hasOwn(kwargs, parameter.name);
    const byPosition = index < args.length;
    if (byName && byPosition) {
      faults.push({ path: `kwargs.${parameter.name}`, message: `got multiple values for argument '${parameter.name}'` });
    } else if (parameter.required && !byName && !byPosition) {
      const path = names.length > 0 ? `kwargs.${parameter.name}` : `args[${index}]`;
      faults.push({ path, message: `missing required argument '${parameter.name}'` });
    }
    index += 1;
  }
  for (const name of names) {
    const parameter = parameters.find((candidate) => candidate.name === name);
    if (parameter === undefined || parameter.rest) faults.push(unexpected(name, parameters));
  }
  return faults;
}

function findSurplus(parameters: readonly Parameter[], given: number): Fault | undefined {
  if (given <= parameters.length || parameters.at(-1)?.rest === true) return undefined;
  const required = parameters.filter((parameter) => parameter.required).length;
  const takes = required === parameters.length ? `${required}` : `from ${required} to ${parameters.length}`;
  const plural = parameters.length === 1 ? "argument" : "arguments";
  return {
    path: `args[${parameters.length}]`,
    message: `takes ${takes} positional ${plural} but ${given} ${given === 1 ? "was" : "were"} given`,
  };
}

function unexpected(name: string, parameters: readonly Parameter[]): Fault {
  const known = parameters.filter((parameter) => !parameter.rest).map((parameter) => parameter.name);
  const shown = name.length > 80 ? `${name.slice(0, 80)}…` : name;
  const rest = parameters.at(-1);
  const hint = rest?.rest === true && rest.name === name ? "; it takes further positional arguments only" : didYouMean(name, known);
  return { path: memberPath("kwargs", name), message: `got an unexpected keyword argument '${shown}'${hint}` };
}
