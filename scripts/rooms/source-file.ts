import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { parseAst } from "vitest/node";

/** What is wrong, where, and what to do about it. */
export interface Fault {
  /** From the repository's root, with forward slashes. */
  path: string;
  /** Counted from 1. */
  line: number;
  message: string;
}

/** A node of the syntax tree (ESTree's names, with TypeScript's nodes). */
export interface SyntaxNode {
  type: string;
  /** Offset of its first character. */
  start: number;
  [key: string]: unknown;
}

/** One `import`, `export … from`, `import()` or `import("…").Type`. */
export interface Import {
  /** As written. */
  specifier: string;
  /** A relative import's file, from the repository's root; undefined for packages. */
  target: string | undefined;
  /** Nothing of it is left when the types are stripped. */
  typeOnly: boolean;
  line: number;
}

/** A parsed file of `src`. */
export interface SourceFile {
  /** From the repository's root, with forward slashes: `src/core/call.ts`. */
  path: string;
  /** How many lines it has. */
  lineCount: number;
  imports: Import[];
  /** Every node of the file, outer before inner. */
  nodes: SyntaxNode[];
  /** The line of an offset, counted from 1. */
  lineAt(offset: number): number;
}

/** The TypeScript files under `root/folder` (no declaration files), sorted, as paths from `root`. */
export function listSources(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /(?<!\.d)\.tsx?$/.test(entry.name))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

/** Reads and parses one file. Throws the parser's SyntaxError when it is no TypeScript. */
export function readSource(root: string, path: string): SourceFile {
  const text = readFileSync(join(root, path), "utf8");
  const program: unknown = parseAst(text, { lang: path.endsWith("x") ? "tsx" : "ts" });
  const nodes: SyntaxNode[] = [];
  collect(program, nodes);
  const lineAt = (offset: number) => text.slice(0, offset).split("\n").length;
  const lineCount = lineAt(text.endsWith("\n") ? text.length - 1 : text.length);
  const imports = nodes.flatMap((node) => importOf(path, node, lineAt) ?? []);
  return { path, lineCount, imports, nodes, lineAt };
}

/** Whether a value of the tree is a node. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

function collect(value: unknown, nodes: SyntaxNode[]): void {
  if (Array.isArray(value)) for (const element of value) collect(element, nodes);
  if (!isNode(value)) return;
  nodes.push(value);
  for (const child of Object.values(value)) if (typeof child === "object") collect(child, nodes);
}

const IMPORTING = new Set(["ImportDeclaration", "ExportNamedDeclaration", "ExportAllDeclaration", "ImportExpression", "TSImportType"]);

function importOf(path: string, node: SyntaxNode, lineAt: (offset: number) => number): Import | undefined {
  if (!IMPORTING.has(node.type) || !isNode(node.source)) return undefined;
  const specifier = node.source.value;
  if (typeof specifier !== "string") return undefined;
  const target = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : undefined;
  return { specifier, target, typeOnly: isTypeOnly(node), line: lineAt(node.start) };
}

function isTypeOnly(node: SyntaxNode): boolean {
  if (node.type === "TSImportType" || node.importKind === "type" || node.exportKind === "type") return true;
  const specifiers = Array.isArray(node.specifiers) ? node.specifiers.filter(isNode) : [];
  return specifiers.length > 0 && specifiers.every((one) => one.importKind === "type" || one.exportKind === "type");
}
