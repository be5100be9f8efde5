import { roomOf } from "./import-rules.ts";
import { type Fault, isNode, type SourceFile, type SyntaxNode } from "./source-file.ts";

/** Lines a file of `src` may have. About 300 is the aim; from there it is usually two nouns. */
const MOST_LINES = 320;

/** Faults of what a file of `src` holds: SQL, clock and chance, error statuses, size. */
export function checkContent(file: SourceFile): Fault[] {
  const rules = [sqlOutsideStores, clockAndChance, statusOutsideProblem].filter((rule) => rule.appliesTo(file.path));
  const faults = file.nodes.flatMap((node) =>
    rules.flatMap((rule) => {
      const message = rule.refuse(node);
      return message === undefined ? [] : [{ path: file.path, line: file.lineAt(node.start), message }];
    }),
  );
  if (file.lineCount > MOST_LINES) {
    const message = `${file.lineCount} lines, expected about 300 and at most ${MOST_LINES}: it is usually two nouns, split it`;
    faults.push({ path: file.path, line: file.lineCount, message });
  }
  return faults;
}

interface Rule {
  appliesTo(path: string): boolean;
  /** What is wrong with the node and what to do; undefined when nothing is. */
  refuse(node: SyntaxNode): string | undefined;
}

const STATEMENT = /^\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|REPLACE|PRAGMA)\s/;

const sqlOutsideStores: Rule = {
  appliesTo: (path) => !/^src\/(broker\/store[^/]*\.ts|broker\/store\/.*|beat\/store\.ts)$/.test(path),
  refuse(node) {
    const isExec = node.type === "MemberExpression" && nameOf(node.property) === "exec" && lastName(node.object) === "sql";
    if (!isExec && !STATEMENT.test(textOf(node))) return undefined;
    return "SQL lives in the stores only: move it to src/broker/store* or src/beat/store.ts";
  },
};

const clockAndChance: Rule = {
  appliesTo: (path) => path !== "src/clock.ts" && roomOf(path) !== "runner",
  refuse(node) {
    const asked = node.type === "MemberExpression" ? `${lastName(node.object)}.${nameOf(node.property)}` : "";
    const advice = "take a Clock (src/clock.ts), or be handed the value";
    if (["Date.now", "performance.now", "Math.random"].includes(asked)) return `${asked} outside src/clock.ts: ${advice}`;
    if (!["NewExpression", "CallExpression"].includes(node.type) || nameOf(node.callee) !== "Date") return undefined;
    const bare = node.type === "CallExpression" || (Array.isArray(node.arguments) && node.arguments.length === 0);
    return bare ? `Date() without arguments asks the clock outside src/clock.ts: ${advice}` : undefined;
  },
};

const statusOutsideProblem: Rule = {
  appliesTo: (path) => roomOf(path) === "http" && path !== "src/http/problem.ts",
  refuse(node) {
    if (node.type !== "Literal" || typeof node.value !== "number" || !Number.isInteger(node.value)) return undefined;
    if (node.value < 400 || node.value > 599) return undefined;
    return `error status ${node.value} outside src/http/problem.ts: name the problem there (a number that is no status belongs in a named constant of core)`;
  },
};

function textOf(node: SyntaxNode): string {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type !== "TemplateLiteral" || !Array.isArray(node.quasis)) return "";
  const first: unknown = node.quasis[0];
  const value = isNode(first) ? first.value : undefined;
  return typeof value === "object" && value !== null && "raw" in value && typeof value.raw === "string" ? value.raw : "";
}

function nameOf(value: unknown): string {
  return isNode(value) && value.type === "Identifier" && typeof value.name === "string" ? value.name : "";
}

/** `sql` of both `sql` and `this.storage.sql`. */
function lastName(value: unknown): string {
  if (!isNode(value) || value.type !== "MemberExpression") return nameOf(value);
  return nameOf(value.property);
}
