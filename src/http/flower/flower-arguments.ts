import { readBody } from "../body.ts";
import type { HttpContext } from "../parts.ts";
import { Problem } from "../problem.ts";

const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data";
const WORDS: ReadonlyMap<string, boolean> = new Map([
  ...["1", "on", "t", "true", "y", "yes"].map((word) => [word, true] as const),
  ...["0", "f", "false", "n", "no", "off"].map((word) => [word, false] as const),
]);

/**
 * The parameters of a route of Flower's: query string and form (urlencoded or multipart) together, the last one of a name counts. A body of another
 * type, JSON among them, is passed over, as Flower does. Values are stripped, and not HTML-escaped, as Flower has them: a queue named `a&b` is `a&b`.
 */
export class FlowerArguments {
  readonly #values: ReadonlyMap<string, string>;

  constructor(values: ReadonlyMap<string, string>) {
    this.#values = values;
  }

  /** @throws Problem for a body that is too large or no form though it says so */
  static async read(c: HttpContext): Promise<FlowerArguments> {
    const values = new Map(new URL(c.req.url).searchParams);
    for (const [name, value] of await readForm(c.req.raw)) values.set(name, value);
    return new FlowerArguments(new Map([...values].map(([name, value]) => [name, value.trim()])));
  }

  /** A text as it came; undefined when there is none. */
  text(name: string): string | undefined {
    return this.#values.get(name);
  }

  /** @throws Problem when it is missing or empty */
  required(name: string): string {
    const value = this.text(name);
    if (value === undefined || value === "") throw new Problem("bad_argument", `Missing argument '${name}'`);
    return value;
  }

  flag(name: string, otherwise: boolean): boolean {
    const text = this.text(name);
    if (text === undefined) return otherwise;
    return WORDS.get(text.toLowerCase()) ?? refuse(text, "bool");
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return /^[+-]?\d{1,15}$/.test(text) ? Number(text) : refuse(text, "int");
  }

  number(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i.test(text) ? Number(text) : refuse(text, "float");
  }
}

function refuse(text: string, type: string): never {
  throw new Problem("bad_argument", `Invalid argument '${text.slice(0, 100)}' of type '${type}'`);
}

async function readForm(request: Request): Promise<Iterable<[string, string]>> {
  const type = request.headers.get("content-type") ?? "";
  const media = type.toLowerCase().split(";")[0]?.trim();
  if (media !== FORM && media !== MULTIPART) return [];
  const text = await readBody(request);
  if (media === FORM) return new URLSearchParams(text);
  try {
    const form = await new Response(text, { headers: { "content-type": type } }).formData();
    return [...form].flatMap(([name, value]): [string, string][] => (typeof value === "string" ? [[name, value]] : []));
  } catch {
    throw new Problem("bad_argument", "Expected a form as its Content-Type says, got a body that is none");
  }
}
