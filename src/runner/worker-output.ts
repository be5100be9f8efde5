import { SourceMap } from "node:module";
import type { WorkerdStructuredLog } from "miniflare";
import { BUNDLE_NAME, type Bundle } from "./bundle.ts";
import { shownPath } from "./wrangler-config.ts";

/** What the Worker script prints, on its way to the terminal. */
export interface WorkerOutput {
  /** Takes one console call; Miniflare's `handleStructuredLogs`. */
  take(entry: WorkerdStructuredLog): void;
  /** Lets through what was held back so far, and from now on all at once. */
  open(): void;
}

/**
 * Passes the Worker's console through to `write` as it is, but for places in the bundle, which are named as places in the source. Until `open`
 * it is held back, so that the banner comes in one piece.
 */
export function createWorkerOutput(bundle: Bundle, write: (text: string) => void): WorkerOutput {
  const locate = createLocator(bundle);
  let lines: string[] = [];
  let isOpen = false;

  function flush(): void {
    if (lines.length > 0) write(`${lines.join("\n")}\n`);
    lines = [];
  }

  return {
    take(entry) {
      lines.push(locate(entry.message));
      // Console calls come many at a time; one write for all of them is much cheaper.
      if (isOpen && lines.length === 1) queueMicrotask(flush);
    },
    open() {
      isOpen = true;
      flush();
    },
  };
}

/** Replaces places in the bundle (`index.mjs:812:9`) by the places in the source that they came from. */
export function createLocator(bundle: Bundle): (text: string) => string {
  let map: SourceMap | undefined;
  return (text) => {
    if (!text.includes(`${BUNDLE_NAME}:`)) return text;
    map ??= new SourceMap(JSON.parse(bundle.sourceMap));
    const source = map;
    return text.replaceAll(PLACE, (place: string, line: string, column: string) => {
      const origin = source.findOrigin(Number(line), Number(column));
      return "fileName" in origin ? `${shownPath(origin.fileName)}:${origin.lineNumber}:${origin.columnNumber}` : place;
    });
  };
}

const PLACE = new RegExp(`${BUNDLE_NAME.replaceAll(".", "\\.")}:(\\d+):(\\d+)`, "g");
