import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fifo } from "../../src/core/fifo.ts";

describe("Fifo", () => {
  it("gives items in the order they came, whatever was pushed and taken before", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.nat(), { nil: undefined })), (steps) => {
        const fifo = new Fifo<number>();
        const model: number[] = [];
        for (const step of steps) {
          if (step === undefined) expect(fifo.shift()).toBe(model.shift());
          else model.push(step);
          if (step !== undefined) fifo.push(step);
          expect([fifo.size, fifo.peek()]).toEqual([model.length, model[0]]);
        }
      }),
    );
  });
});
