/**
 * The id of the task that an entry is sent as for one instant (milliseconds since 1970): a UUID (RFC 9562, version 8) out of the
 * SHA-256 of both, so that a second sending is answered with the first one's task. Its twelfth digit is `b`; in ids that the
 * broker makes it is 0 (core/ids.ts), so the two are never mistaken for each other.
 */
export async function entryTaskId(entry: string, instant: number): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(`beat:${entry}:${instant}`));
  const hex = [...new Uint8Array(digest, 0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 11)}b-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
