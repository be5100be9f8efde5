/** Where a call stands among its relatives: Celery's `root_id` and `parent_id`. */
export interface Lineage {
  /** The first of all: the call that no task made. */
  rootId: string;
  /** The task that made the call; null: none did. */
  parentId: string | null;
}

/**
 * The lineage of a call under `id`: made by a running task, it has that one as its parent, and its root; else it is its own root. What the call itself
 * says (`root_id`, `parent_id`) wins.
 */
export function lineageOf(id: string, parent: { id: string; rootId: string } | undefined, said: Partial<Lineage> = {}): Lineage {
  return { rootId: said.rootId ?? parent?.rootId ?? id, parentId: said.parentId ?? parent?.id ?? null };
}
