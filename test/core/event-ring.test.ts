import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EventPlace, readEventPlaces, writeEventPlaces } from "../../src/core/event-places.ts";
import { EventRing } from "../../src/core/event-ring.ts";
import { EVENT_TYPES, type TaskEvent } from "../../src/core/task-event.ts";

const anEvent = fc.record({
  type: fc.constantFrom(...EVENT_TYPES),
  uuid: fc.constantFrom("a", "b"),
  name: fc.constantFrom("tasks.add", "tasks.mail"),
  at: fc.nat(),
  line: fc.string({ maxLength: 300 }),
});

describe("a ring of events", () => {
  it("gives from any place that it remembers all that is meant, in order and once, and says of any other that it does not", () => {
    fc.assert(
      fc.property(
        fc.array(anEvent),
        fc.integer({ min: 1, max: 9 }),
        fc.nat({ max: 60 }),
        fc.integer({ min: 1, max: 5 }),
        (told, size, from, most) => {
          const ring = new EventRing({ events: size, characters: 2_000 });
          for (const event of told) ring.tell(event);
          expect(ring.next).toBe(told.length);
          expect(ring.next - ring.first).toBeLessThanOrEqual(size);
          const filter = { types: ["task-sent", "task-failed"] as const, name: "tasks.add" };
          if (from < ring.first || from > ring.next) return void expect(ring.after(from, filter, most)).toBeUndefined();
          const read: TaskEvent[] = [];
          for (let place = from; place < ring.next; ) {
            const part = ring.after(place, filter, most);
            expect(part?.events.length).toBeLessThanOrEqual(most);
            expect(part?.next).toBeGreaterThan(place);
            read.push(...(part?.events ?? []));
            place = part?.next ?? Number.POSITIVE_INFINITY;
          }
          const meant = told.map((event, sequence) => ({ ...event, sequence })).slice(from);
          expect(read).toEqual(meant.filter(({ type, name }) => filter.types.some((wanted) => wanted === type) && name === filter.name));
        },
      ),
    );
  });

  it("forgets the oldest when texts are long, but never the last", () => {
    const ring = new EventRing({ events: 100, characters: 1_000 });
    const event = { type: "task-sent" as const, uuid: "a", at: 0 };
    for (let number = 0; number < 10; number++) ring.tell({ ...event, line: "x".repeat(400) });
    expect([ring.first, ring.next]).toEqual([9 - 1, 10]);
    ring.tell({ ...event, line: "x".repeat(5_000) });
    expect([ring.first, ring.next]).toEqual([10, 11]);
  });
});

describe("an event's id", () => {
  it("is read back as it was written", () => {
    const place = fc.record({ epoch: fc.stringMatching(/^[0-9a-z]{1,16}$/), sequence: fc.nat() });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat({ max: 63 }), place), { minLength: 1 }), (entries) => {
        const places = new Map<number, EventPlace>(entries);
        expect(readEventPlaces(writeEventPlaces(places), 64)).toEqual(places);
      }),
    );
  });

  it("is none when it was not written so", () => {
    for (const id of ["", "x", "0.a", "0.a.1_", "0.a.1_0.a.2", "64.a.1", "0.A.1", "0.a.-1"])
      expect(readEventPlaces(id, 64)).toBeUndefined();
  });
});
