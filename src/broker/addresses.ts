import { addressOf, groupAddressOf, groupIdAt, groupIdsOf, idsOf, type Seal } from "../core/ids.ts";
import type { Book } from "./book.ts";
import type { Named } from "./store/names.ts";

/** Turns places into ids and back, for one shard. */
export class Addresses {
  readonly #book: Book;
  readonly #seal: Seal;
  readonly #shard: number;

  constructor(book: Book, seal: Seal, shard: number) {
    this.#book = book;
    this.#seal = seal;
    this.#shard = shard;
  }

  /** Where a task lies: an id of ours is checked by its tag, without reading a row; any other may be one that a caller chose. */
  find(id: string): Named | undefined {
    const address = addressOf(id);
    if (address?.shard === this.#shard && this.idsOf(address.page, address.slot, 1)[0] === id) return address;
    return this.#book.names.alias(id);
  }

  /** The id by which its caller knows a task. */
  idOf({ page, slot }: Named): string {
    const row = this.#book.open.get(page)?.row ?? this.#book.pages.get(page);
    return row?.head.alias?.[slot] ?? (this.idsOf(page, slot, 1)[0] as string);
  }

  /** The ids of a workflow's groups, by join. */
  groupIds(workflow: number, count: number): string[] {
    return groupIdsOf(this.#seal, this.#shard, workflow, count);
  }

  groupId(workflow: number, join: number): string {
    return groupIdAt(this.#seal, { shard: this.#shard, workflow, join });
  }

  /** The group that an id of ours names, checked by its tag. */
  findGroup(id: string): { workflow: number; join: number } | undefined {
    const address = groupAddressOf(id);
    return address?.shard === this.#shard && this.groupId(address.workflow, address.join) === id ? address : undefined;
  }

  /** Our own ids of adjacent slots. */
  idsOf(page: number, from: number, count: number): string[] {
    return idsOf(this.#seal, this.#shard, page, from, count);
  }
}
