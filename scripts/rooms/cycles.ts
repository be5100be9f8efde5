import type { Fault, Import, SourceFile } from "./source-file.ts";

/**
 * One fault for each import that closes a cycle (type-only imports count: a reader goes round as well). The walk starts at
 * each file in order and reports the way from a file back to itself.
 */
export function checkCycles(files: readonly SourceFile[]): Fault[] {
  const imports = new Map(files.map((file) => [file.path, file.imports]));
  const faults: Fault[] = [];
  const done = new Set<string>();
  const way: string[] = [];

  function visit(path: string): void {
    way.push(path);
    for (const one of imports.get(path) ?? []) {
      if (one.target !== undefined) follow(path, one, one.target);
    }
    way.pop();
    done.add(path);
  }

  function follow(path: string, one: Import, target: string): void {
    const at = way.indexOf(target);
    if (at >= 0) {
      const cycle = [...way.slice(at), target].join(" -> ");
      faults.push({ path, line: one.line, message: `import cycle ${cycle}: move what they share into a file of its own` });
    } else if (!done.has(target)) {
      visit(target);
    }
  }

  for (const { path } of files) if (!done.has(path)) visit(path);
  return faults;
}
