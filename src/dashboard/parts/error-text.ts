import { Problem } from "../../client/problem.ts";
import { Unreachable } from "../../client/requester.ts";

/** What went wrong, in words for people: a problem's detail and its faults. */
export function errorText(error: unknown): string {
  if (error instanceof Unreachable) return "The deployment does not answer. This page asks again by itself.";
  if (error instanceof Problem) {
    const faults = (error.errors ?? []).map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
    return [error.detail ?? error.title, ...faults].join("\n");
  }
  return error instanceof Error ? error.message : String(error);
}
