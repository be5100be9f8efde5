import { ImproperlyConfigured } from "./errors.ts";
import type { Parameter } from "./task-definition.ts";

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;

/**
 * Reads the names that a task declares for its parameters: `x` plain, `y?` may be left out, `...rest` takes all further positional
 * arguments. `handlerLength` is how many parameters the handler has before its first default or rest parameter (a function's
 * `length`, without the context when bound): a plain name at or after it may be left out as well, since the handler has a default
 * there, or takes its arguments as `...args`.
 *
 * Throws `ImproperlyConfigured`, beginning with `where`, for a name that is no identifier, a name used twice, a rest that is not the
 * last, a required name after an optional one, and for fewer names than the handler requires.
 */
export function readParameters(names: readonly unknown[], handlerLength: number, where: string): Parameter[] {
  const parameters: Parameter[] = [];
  for (const [index, text] of names.entries()) {
    const parameter = readParameter(text, index < handlerLength);
    if (parameter === undefined) {
      throw new ImproperlyConfigured(
        `${where}: parameters[${index}]: expected a name such as "x", "y?" or "...rest", got ${JSON.stringify(text) ?? typeof text}`,
      );
    }
    const problem = findProblem(parameter, parameters);
    if (problem !== undefined) throw new ImproperlyConfigured(`${where}: parameters[${index}]: ${problem}`);
    parameters.push(parameter);
  }
  if (parameters.length < handlerLength && parameters.at(-1)?.rest !== true) {
    throw new ImproperlyConfigured(
      `${where}: parameters: the handler has ${handlerLength} parameters without a default, but ${parameters.length} are named`,
    );
  }
  return parameters;
}

function readParameter(text: unknown, withoutDefault: boolean): Parameter | undefined {
  if (typeof text !== "string") return undefined;
  const rest = text.startsWith("...");
  const optional = !rest && text.endsWith("?");
  const name = rest ? text.slice(3) : optional ? text.slice(0, -1) : text;
  if (!IDENTIFIER.test(name) || name === "__proto__") return undefined;
  return { name, required: !rest && !optional && withoutDefault, rest };
}

function findProblem(parameter: Parameter, before: readonly Parameter[]): string | undefined {
  const { name } = parameter;
  const last = before.at(-1);
  if (before.some((earlier) => earlier.name === name)) return `the name '${name}' is used twice`;
  if (last?.rest === true) return `'${name}' comes after '...${last.name}', which takes all that follows`;
  if (parameter.required && last?.required === false) return `'${name}' is required but comes after '${last.name}', which may be left out`;
  return undefined;
}
