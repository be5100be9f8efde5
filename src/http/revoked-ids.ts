import type { LookClient } from "../broker/api.ts";

/** How many parts of the list are read at most: each is a bounded part of the book. */
const MOST_PARTS = 5;

/** The ids of the newest tasks that were revoked, so many at most. */
export async function revokedIds(looks: LookClient, most: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let part = 0; part < MOST_PARTS && ids.length < most; part++) {
    const list = await looks.newest({ filter: { status: ["REVOKED"] }, limit: most - ids.length, cursor });
    for (const { id } of list?.records ?? []) ids.push(id);
    cursor = list?.cursor ?? null;
    if (cursor === null) break;
  }
  return ids;
}
