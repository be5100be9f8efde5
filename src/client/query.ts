import { toSnakeCase } from "../core/snake-case.ts";

/** What a path is told after its `?`: names in camelCase; what is undefined is left out, a Date is ISO 8601, and of an array each value stands alone. */
export type Query = Readonly<Record<string, string | number | boolean | Date | readonly string[] | undefined>>;

/** A query with its `?`, or "" for none. */
export function queryOf(query: Query = {}): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) written.append(toSnakeCase(name), one instanceof Date ? one.toISOString() : String(one));
    }
  }
  return written.size > 0 ? `?${written}` : "";
}

/** A name as part of a path. */
export function segment(name: string): string {
  return encodeURIComponent(name);
}
