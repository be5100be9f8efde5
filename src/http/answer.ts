/** An answer of `/v1`: JSON text that no cache keeps. `status` defaults to 200. */
export function jsonAnswer(text: string, status = 200, location?: string): Response {
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
  };
  if (location !== undefined) headers.location = location;
  return new Response(text, { status, headers });
}
