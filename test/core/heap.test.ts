import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Heap } from "../../src/core/heap.ts";

describe("Heap", () => {
  it("gives nothing when it is empty", () => {
    const heap = new Heap<number>((a, b) => a - b);
    expect([heap.size, heap.peek(), heap.pop()]).toEqual([0, undefined, undefined]);
  });

  it("keeps its order when items are dropped", () => {
    const heap = new Heap<number>((a, b) => a - b);
    for (const item of [5, 1, 4, 2, 3]) heap.push(item);
    heap.keepOnly((item) => item % 2 === 1);
    expect([heap.pop(), heap.pop(), heap.pop(), heap.pop()]).toEqual([1, 3, 5, undefined]);
  });

  it("gives the smallest at any time, whatever was pushed and popped before", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.integer({ min: -9, max: 9 }), { nil: undefined })), (steps) => {
        const heap = new Heap<{ rank: number }>((a, b) => a.rank - b.rank);
        let model: number[] = [];
        for (const step of steps) {
          if (step === undefined) {
            expect(heap.pop()?.rank).toBe(model[0]);
            model = model.slice(1);
          } else {
            heap.push({ rank: step });
            model = [...model, step].toSorted((a, b) => a - b);
          }
          expect([heap.size, heap.peek()?.rank]).toEqual([model.length, model[0]]);
        }
      }),
    );
  });
});
