import type { AddedToGroup, CanvasApi, GroupPart, NoCanvas, TreePart } from "./api.ts";

/** Answers what a shard is asked of canvases. */
export class CanvasDesk implements CanvasApi {
  async tree(): Promise<TreePart | NoCanvas> {
    return { found: false, why: "unknown" };
  }

  async group(): Promise<GroupPart | NoCanvas> {
    return { found: false, why: "unknown" };
  }

  async addToGroup(): Promise<AddedToGroup> {
    return { held: false, member: false, ids: [], groups: [] };
  }
}
