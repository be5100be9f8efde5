/**
 * The search of Flower's `/api/tasks` (2.1): terms with AND between them, spoken or not, and OR, which binds less; parentheses; text in double quotes; qualifiers
 * `name: state: worker: args: kwargs: result:`, in any case. `state:` and `kwargs:key=value` ask for the whole, case aside; all else for a part of at least three letters.
 */

/** A task as it is searched: texts as Flower's API shows them. */
export interface Searchable {
  uuid: string;
  name: string;
  state: string;
  worker: string;
  args: string;
  kwargs: string;
  result: string;
  /** The keyword arguments themselves, each as text. */
  pairs: ReadonlyMap<string, string>;
}

/** A search that was understood. */
export type Search =
  | { op: "and"; parts: Search[] }
  | { op: "or"; parts: Search[] }
  | { op: "part"; field: Field | undefined; text: string }
  | { op: "state"; state: string }
  | { op: "pair"; key: string; value: string };

/** What came of reading a search: it, or why not and where. */
export type ReadSearch = { search: Search } | { error: string };

type Field = "name" | "worker" | "args" | "kwargs" | "result";

const LONGEST = 2_048;
const MOST_TOKENS = 128;
const DEEPEST = 5;
const SHORTEST_PART = 3;
const QUALIFIED = /^(name|state|worker|args|kwargs|result):(.*)$/is;

/** Reads a search; blank text is none, which means every task. An error ends with where it is, counted in letters from 0. */
export function readSearch(text: string): ReadSearch {
  try {
    return { search: text.trim() === "" ? { op: "and", parts: [] } : new Reader(tokensOf(text)).all() };
  } catch (error) {
    if (!(error instanceof SearchFault)) throw error;
    return { error: error.message };
  }
}

/** Tells whether a search means a task. */
export function matchesSearch(search: Search, task: Searchable): boolean {
  if (search.op === "and") return search.parts.every((part) => matchesSearch(part, task));
  if (search.op === "or") return search.parts.some((part) => matchesSearch(part, task));
  if (search.op === "state") return fold(task.state) === search.state;
  if (search.op === "pair") return [...task.pairs].some(([key, value]) => fold(key) === search.key && fold(value) === search.value);
  const { field, text } = search;
  const texts = field === undefined ? [task.uuid, task.name, task.state, task.worker, task.args, task.kwargs, task.result] : [task[field]];
  return texts.some((each) => fold(each).includes(text));
}

class SearchFault extends Error {
  constructor(message: string, position: number) {
    super(`${message} at position ${position}.`);
  }
}

interface Token {
  kind: "word" | "quoted" | "(" | ")" | "AND" | "OR";
  text: string;
  position: number;
}

const TOKEN = /\s*(?:(?<paren>[()])|(?<word>(?:[^\s()"]|"[^"]*")+)|(?<open>"))/gy;

function tokensOf(text: string): Token[] {
  if (text.length > LONGEST) throw new SearchFault(`Searches may have at most ${LONGEST} characters, got more`, LONGEST);
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const { paren, word, open } = match.groups ?? {};
    const whole = paren ?? word ?? open ?? "";
    const position = TOKEN.lastIndex - whole.length;
    if (tokens.length === MOST_TOKENS)
      throw new SearchFault(`Searches may have at most ${MOST_TOKENS} terms and operators, got more`, position);
    if (open !== undefined) throw new SearchFault("Expected the closing quote of the text that begins", position);
    if (paren === "(" || paren === ")") tokens.push({ kind: paren, text: paren, position });
    else if (word === "AND" || word === "OR") tokens.push({ kind: word, text: word, position });
    else tokens.push({ kind: whole.startsWith('"') ? "quoted" : "word", text: whole, position });
  }
  return tokens;
}

/** Reads tokens from left to right. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  all(): Search {
    const search = this.#alternatives(0);
    const rest = this.#tokens[this.#at];
    if (rest !== undefined) throw new SearchFault("Expected the opening parenthesis of the one", rest.position);
    return search;
  }

  #alternatives(depth: number): Search {
    const parts = [this.#together(depth)];
    for (let or = this.#take("OR"); or !== undefined; or = this.#take("OR")) parts.push(this.#together(depth, or));
    return parts.length === 1 ? (parts[0] as Search) : { op: "or", parts };
  }

  #together(depth: number, after?: Token): Search {
    const parts = [this.#one(depth, after)];
    for (;;) {
      const and = this.#take("AND");
      const next = this.#tokens[this.#at]?.kind;
      if (and === undefined && (next === undefined || next === "OR" || next === ")")) break;
      parts.push(this.#one(depth, and));
    }
    return parts.length === 1 ? (parts[0] as Search) : { op: "and", parts };
  }

  /** A term, or a group. @param after the operator that it follows, which is at fault when nothing does */
  #one(depth: number, after: Token | undefined): Search {
    const token = this.#tokens[this.#at];
    if (token === undefined || token.kind === ")" || token.kind === "AND" || token.kind === "OR") {
      const last = after ?? token ?? this.#tokens[this.#at - 1];
      throw new SearchFault(
        `Expected a search term ${after === undefined ? "instead of the operator" : `after ${after.text}`}`,
        last?.position ?? 0,
      );
    }
    this.#at += 1;
    if (token.kind !== "(") return termOf(token);
    if (depth === DEEPEST) throw new SearchFault(`Parentheses may be nested at most ${DEEPEST} deep, got one more`, token.position);
    const search = this.#alternatives(depth + 1);
    if (this.#take(")") === undefined) throw new SearchFault("Expected the closing parenthesis of the one", token.position);
    return search;
  }

  #take(kind: Token["kind"]): Token | undefined {
    const token = this.#tokens[this.#at];
    if (token?.kind !== kind) return undefined;
    this.#at += 1;
    return token;
  }
}

function termOf({ kind, text, position }: Token): Search {
  if (kind === "quoted") return partOf(undefined, text, position);
  if (text === "NOT" || text.startsWith("-")) throw new SearchFault("Searches cannot say what is not meant", position);
  const [, qualifier, value = ""] = QUALIFIED.exec(text) ?? [];
  const field = qualifier?.toLowerCase();
  if (field === undefined) return partOf(undefined, text, position);
  const asked = unquoted(value);
  if (asked === "") throw new SearchFault(`Expected something to search for behind '${field}:'`, position);
  if (field === "state") return { op: "state", state: fold(asked) };
  const equals = asked.indexOf("=");
  if (field === "kwargs" && equals > 0)
    return { op: "pair", key: fold(asked.slice(0, equals)), value: fold(unquoted(asked.slice(equals + 1))) };
  return partOf(field as Field, value, position);
}

function partOf(field: Field | undefined, value: string, position: number): Search {
  const text = fold(unquoted(value));
  if (text.length < SHORTEST_PART) {
    throw new SearchFault(`Substring search terms must contain at least ${SHORTEST_PART} characters`, position);
  }
  return { op: "part", field, text };
}

function unquoted(text: string): string {
  return text.replaceAll('"', "");
}

function fold(text: string): string {
  return text.toLowerCase();
}
