import type { Step } from "./steps.ts";

/** Where a step is drawn, in pixels from the drawing's upper left corner. */
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where all is drawn. */
export interface Drawing {
  width: number;
  height: number;
  /** By the steps' keys. */
  boxes: ReadonlyMap<string, Box>;
  /** The lines from one step to the next, as paths of SVG. */
  lines: readonly string[];
}

/** More steps than these are not drawn, but listed. */
export const MOST_DRAWN = 300;

const WIDTH = 232;
const WIDTH_NARROW = 168;
const HEIGHT = 62;
const HEIGHT_OF_MANY = 92;
const MARGIN = 16;

/** Places the steps: from left to right, or where there is little room from top to bottom. */
export async function drawSteps(steps: readonly Step[], isDownward: boolean): Promise<Drawing> {
  const { Graph, layout } = await import("@dagrejs/dagre");
  const graph = new Graph();
  graph.setGraph({ rankdir: isDownward ? "TB" : "LR", nodesep: 14, ranksep: isDownward ? 36 : 56, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  const width = isDownward ? WIDTH_NARROW : WIDTH;
  for (const { key, tasks } of steps) graph.setNode(key, { width, height: tasks.length > 1 ? HEIGHT_OF_MANY : HEIGHT });
  for (const { key, after } of steps) for (const next of after) graph.setEdge(key, next);
  layout(graph);
  const boxes = new Map(
    graph.nodes().map((key) => {
      // As `layout` leaves them: the middle of each.
      const at = graph.node(key) as { x: number; y: number; width: number; height: number };
      return [key, { left: at.x - at.width / 2, top: at.y - at.height / 2, width: at.width, height: at.height }];
    }),
  );
  const lines = graph.edges().flatMap((edge) => {
    const [from, until] = [boxes.get(edge.v), boxes.get(edge.w)];
    if (from === undefined || until === undefined) return [];
    const between = (graph.edge(edge) as { points: Point[] }).points.slice(1, -1);
    return [pathOf([endOf(from, isDownward), ...between, startOf(until, isDownward)], isDownward)];
  });
  const size = graph.graph() as { width?: number; height?: number };
  return { width: size.width ?? 0, height: size.height ?? 0, boxes, lines };
}

interface Point {
  x: number;
  y: number;
}

/** Where lines leave a box. */
function endOf({ left, top, width, height }: Box, isDownward: boolean): Point {
  return isDownward ? { x: left + width / 2, y: top + height } : { x: left + width, y: top + height / 2 };
}

/** Where lines come to a box. */
function startOf({ left, top, width, height }: Box, isDownward: boolean): Point {
  return isDownward ? { x: left + width / 2, y: top } : { x: left, y: top + height / 2 };
}

/** A line through points that leaves and enters each in the direction of the whole. */
function pathOf([first, ...rest]: readonly Point[], isDownward: boolean): string {
  if (first === undefined) return "";
  const text = ({ x, y }: Point) => `${Math.round(x)} ${Math.round(y)}`;
  let before = first;
  const parts = rest.map((point) => {
    const [x, y] = [(before.x + point.x) / 2, (before.y + point.y) / 2];
    const bends = isDownward
      ? [
          { x: before.x, y },
          { x: point.x, y },
        ]
      : [
          { x, y: before.y },
          { x, y: point.y },
        ];
    before = point;
    return `C${[...bends, point].map(text).join(",")}`;
  });
  return `M${text(first)}${parts.join("")}`;
}
