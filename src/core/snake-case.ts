/** A name as the wire has it: `retryBackoffMax` is `retry_backoff_max`. */
export function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** A name as TypeScript has it: `retry_backoff_max` is `retryBackoffMax`. */
export function toCamelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
