import fc from "fast-check";
import { expect, test } from "vitest";
import { fromColumns, toColumns } from "../../src/core/columns.ts";

test("records come back from their columns as they were", () => {
  const value = fc.oneof(fc.integer({ max: 3 }), fc.constant(null), fc.array(fc.string(), { maxLength: 2 }), fc.constant(true));
  const record = fc.dictionary(fc.constantFrom("page", "slot", "line", "result", "children"), value);
  fc.assert(
    fc.property(fc.array(record), (records) => {
      expect(fromColumns(structuredClone(toColumns(records)))).toEqual(records);
    }),
  );
});

test("what is alike in all of them is held once", () => {
  const columns = toColumns([
    { queue: "celery", line: "a" },
    { queue: "celery", line: "b", due: 5 },
  ]);
  expect(columns).toEqual({ count: 2, same: { queue: "celery" }, each: { line: ["a", "b"], due: [undefined, 5] } });
});

test("a key without a value is as good as none", () => {
  expect(toColumns([{ due: undefined }, { due: undefined }])).toEqual({ count: 2, same: {}, each: {} });
});
