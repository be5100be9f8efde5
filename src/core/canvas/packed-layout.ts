/** A layout as it is sent and stored: what neighbours have in common is said once, so a group of 100,000 is some numbers and no more. */
import type { Handle, Join, Layout, Placement, Source } from "./plan.ts";
import { fromRuns, type Runs, toRuns } from "./runs.ts";

export interface PackedLayout {
  /** Of each call: what it comes after. 0: nothing; n: the call n slots before; -n: the join n - 1. */
  after: Runs;
  /** Of each call: the number of its group's join and 1, or 0; and its flags. */
  group: Runs;
  flags: Runs;
  joins: PackedJoin[];
  /** What the canvas comes to: -1 nothing, even: the slot's double; odd: the join's double and 1. */
  to: number;
}

/** A join: its parts as differences of what `sourceNumber` gives, what it comes after, and its group's join and 1. */
type PackedJoin = [parts: Runs, after: number, group: number];

const TAKES = 1;
const MEMBER = 2;

/** Packs a layout; the ways back to results (`Handle`) are not kept but for the end of them. */
export function packLayout({ calls, joins, handle }: Layout): PackedLayout {
  return {
    after: toRuns(calls.map(({ after }, slot) => (after === null ? 0 : "slot" in after ? slot - after.slot : -1 - after.join))),
    group: toRuns(calls.map(({ group }) => (group ?? -1) + 1)),
    flags: toRuns(calls.map(({ takes, member }) => (takes ? TAKES : 0) + (member ? MEMBER : 0))),
    joins: joins.map(({ parts, after, group }) => {
      const numbers = parts.map(sourceNumber);
      const steps = numbers.map((number, index) => number - (numbers[index - 1] ?? 0));
      return [toRuns(steps), after === null ? -1 : sourceNumber(after), (group ?? -1) + 1];
    }),
    to: handle === null ? -1 : sourceNumber(handle),
  };
}

/** What a packed layout says: calls that are alike share one object, so that a large group takes little memory. */
export interface UnpackedLayout {
  layout: Layout;
  /** What the canvas comes to; null: nothing. */
  to: Source | null;
}

export function unpackLayout({ after, group, flags, joins, to }: PackedLayout): UnpackedLayout {
  const groups = [...fromRuns(group)];
  const marks = [...fromRuns(flags)];
  const placements = new Map<string, Placement>();
  const calls = [...fromRuns(after)].map((code, slot) => {
    const from = code > 0 ? slot - code : code;
    const [inGroup = 0, mark = 0] = [groups[slot], marks[slot]];
    const key = code === 0 ? `- ${inGroup} ${mark}` : `${from} ${inGroup} ${mark}`;
    const known = placements.get(key);
    if (known !== undefined) return known;
    const source: Source | null = code === 0 ? null : code > 0 ? { slot: from } : { join: -1 - code };
    const placement = {
      after: source,
      takes: (mark & TAKES) !== 0,
      group: inGroup === 0 ? null : inGroup - 1,
      member: (mark & MEMBER) !== 0,
    };
    placements.set(key, placement);
    return placement;
  });
  const unpackedJoins = joins.map(([parts, follows, inGroup]): Join => {
    let number = 0;
    const sources = Array.from(fromRuns(parts), (step) => {
      number += step;
      return sourceOf(number);
    });
    return {
      parts: sources,
      after: follows < 0 ? null : sourceOf(follows),
      group: inGroup === 0 ? null : inGroup - 1,
    };
  });
  return { layout: { calls, joins: unpackedJoins, handle: null }, to: to < 0 ? null : sourceOf(to) };
}

function sourceNumber(source: Source | Handle): number {
  return "slot" in source ? source.slot * 2 : source.join * 2 + 1;
}

function sourceOf(number: number): Source {
  return number % 2 === 0 ? { slot: number / 2 } : { join: (number - 1) / 2 };
}
