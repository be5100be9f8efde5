import { existsSync } from "node:fs";
import { join } from "node:path";

/** What is not installed of the npm packages that peers are measured with; nothing when all are. */
export function missingPackages(names: readonly string[]): string | undefined {
  const missing = names.filter((name) => !existsSync(join(import.meta.dirname, "node_modules", name)));
  return missing.length === 0 ? undefined : `${missing.join(", ")} not installed: npm ci --prefix scripts/bench/peers`;
}
