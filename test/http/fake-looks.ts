import type { ListPart, ListRequest, LookClient } from "../../src/broker/api.ts";

/** Lists that were made before, whatever is asked. */
export class FakeLooks implements LookClient {
  readonly lists: ListRequest[] = [];
  /** The answer; undefined: the cursor is none. */
  list: ListPart | undefined = { records: [], cursor: null };

  async newest(request: ListRequest): Promise<ListPart | undefined> {
    this.lists.push(request);
    return this.list;
  }
}
