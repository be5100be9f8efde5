import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findJsonFaults } from "../../../src/core/json-value.ts";
import { Decimal, PlainDate, PlainTime, Uuid } from "../../../src/core/plain-values.ts";
import { readTagged } from "../../../src/core/wire/read-tagged.ts";
import { decodeTagged, encodeTagged, mayBeTagged, toTagged, untagMembersOf } from "../../../src/core/wire/tagged-json.ts";

const decode = (text: string, timezone = "UTC") => readTagged(JSON.parse(text), "result", timezone);

/** Each pair is what kombu writes for the Python value of that meaning (wire.json, "nested children and types", and its sources). */
const PAIRS: [string, unknown, string][] = [
  ["datetime", new Date("2020-01-01T00:00:00Z"), '{"__type__":"datetime","__value__":"2020-01-01T00:00:00+00:00"}'],
  ["datetime", new Date("2020-01-01T00:00:00.250Z"), '{"__type__":"datetime","__value__":"2020-01-01T00:00:00.250000+00:00"}'],
  ["date", new PlainDate("2020-02-29"), '{"__type__":"date","__value__":"2020-02-29"}'],
  ["time", new PlainTime("18:00:00.000001"), '{"__type__":"time","__value__":"18:00:00.000001"}'],
  ["decimal", new Decimal("12.30"), '{"__type__":"decimal","__value__":"12.30"}'],
  [
    "uuid",
    new Uuid("01234567-89ab-4def-8123-456789abcdef"),
    '{"__type__":"uuid","__value__":{"hex":"0123456789ab4def8123456789abcdef","version":4}}',
  ],
  ["bytes", new Uint8Array([0x78, 0x79]), '{"__type__":"bytes","__value__":"xy"}'],
  ["base64", new Uint8Array([0xff, 0x00]), '{"__type__":"base64","__value__":"/wA="}'],
  ["bigint", 2n ** 70n, '{"__type__":"bigint","__value__":"1180591620717411303424"}'],
];

describe("Celery's JSON", () => {
  it.each(PAIRS)("writes and reads a %s (%#)", (_, value, text) => {
    expect(encodeTagged(value)).toBe(text);
    expect(decode(text)).toEqual({ value, faults: [] });
  });

  it("writes and reads them at any depth, and what JSON holds beside them", () => {
    const value = { t: [1, 2], d: new Date(0), deep: [{ b: new Uint8Array([1]), n: null, s: "x" }], last: [[1n]] };
    expect(decode(encodeTagged(value))).toEqual({ value, faults: [] });
  });

  it("does not copy what has nothing to tag, nor change what has", () => {
    const plain = { a: [1, { b: "x" }] };
    expect(toTagged(plain)).toBe(plain);
    const mixed = { plain, big: 1n };
    expect(toTagged(mixed)).toEqual({ plain, big: { __type__: "bigint", __value__: "1" } });
    expect(toTagged(mixed)).toHaveProperty("plain", plain);
    expect(mixed.big).toBe(1n);
  });

  it("writes a set as an array, an ArrayBuffer as its bytes", () => {
    expect(encodeTagged([new Set([1, new Date(0)])])).toBe('[[1,{"__type__":"datetime","__value__":"1970-01-01T00:00:00+00:00"}]]');
    expect(encodeTagged(new Uint8Array([0x61]).buffer)).toBe('{"__type__":"bytes","__value__":"a"}');
  });

  it("keeps an object that only looks like a tag, and what it holds", () => {
    const looks = { __type__: "datetime", __value__: [{ __type__: "object", __value__: 1n }] };
    const text = encodeTagged({ looks });
    expect(text).toContain('"looks":{"__type__":"object","__value__":{"__type__":"datetime"');
    expect(decode(text)).toEqual({ value: { looks }, faults: [] });
    const unknown = { __type__: "Person", __value__: { name: "x" } };
    expect(encodeTagged(unknown)).toBe(JSON.stringify(unknown));
    expect(decodeTagged(encodeTagged(unknown), "UTC")).toEqual(unknown);
  });

  it("writes what an instance of a class holds as JSON writes it, with tags", () => {
    class Order {
      at = new Date(0);
      total = 5n;
    }
    expect(decodeTagged(encodeTagged(new Order()), "UTC")).toEqual({ at: new Date(0), total: 5n });
  });

  it("never takes keywords for a tag, only what they hold", () => {
    const kwargs = JSON.parse('{"__type__":"date","__value__":{"__type__":"date","__value__":"2026-12-24"}}');
    untagMembersOf(kwargs, "UTC");
    expect(kwargs).toEqual({ __type__: "date", __value__: new PlainDate("2026-12-24") });
  });

  it("leaves to JSON what is JSON's business", () => {
    const own = { toJSON: () => "mine" };
    const cyclic: unknown[] = [1n];
    cyclic.push(cyclic);
    expect(encodeTagged(own)).toBe('"mine"');
    expect(encodeTagged(undefined)).toBe("null");
    expect(encodeTagged({ gone: undefined, at: [undefined] })).toBe('{"at":[null]}');
    expect(findJsonFaults(toTagged(cyclic), "result").at(-1)?.message).toContain("contains itself");
    expect(findJsonFaults(toTagged([new Map(), new Date(Number.NaN)]), "result")).toHaveLength(2);
    expect(toTagged(new Date(8.64e15))).toEqual(new Date(8.64e15));
  });

  it("reads a time without an offset on the wall of the time zone", () => {
    const naive = '{"__type__":"datetime","__value__":"2026-07-01T12:00:00"}';
    expect(decode(naive, "Asia/Shanghai").value).toEqual(new Date("2026-07-01T04:00:00Z"));
    expect(decode('{"__type__":"datetime","__value__":"2026-07-01T12:00:00.123456+02:00"}').value).toEqual(
      new Date("2026-07-01T10:00:00.123Z"),
    );
  });

  it("reads a datetime where a date is said, as kombu does, and a UUID without its version", () => {
    expect(decode('{"__type__":"date","__value__":"2026-07-01T12:00:00"}').value).toEqual(new PlainDate("2026-07-01"));
    expect(decode(`{"__type__":"uuid","__value__":{"hex":"${"0".repeat(32)}"}}`).value).toEqual(new Uuid("0".repeat(32)));
  });

  it("takes an object with other members for an object", () => {
    for (const text of ['{"__type__":"date","__value__":"x","more":1}', '{"__type__":"date"}', '{"__value__":1,"x":2}']) {
      expect(decode(text)).toEqual({ value: JSON.parse(text), faults: [] });
    }
  });

  it("tells every tag that cannot be read, with where it is, and leaves it", () => {
    const text =
      '[{"__type__":"dat","__value__":1},{"x y":{"__type__":"decimal","__value__":1.5}},{"__type__":"datetime","__value__":"soon"}]';
    const { value, faults } = decode(text);
    expect(value).toEqual(JSON.parse(text));
    expect(faults).toEqual([
      { path: "result[0]", message: expect.stringContaining("got the string \"dat\"; did you mean 'date'?") },
      { path: 'result[1]["x y"]', message: 'expected a decimal number as text as "__value__" of a decimal, got the number 1.5' },
      { path: "result[2]", message: expect.stringContaining('got the string "soon"') },
    ]);
  });

  it.each([
    ["datetime", '"2026-02-30T00:00:00"'],
    ["date", '"yesterday"'],
    ["time", "5"],
    ["uuid", '{"hex":5}'],
    ["bytes", "[1]"],
    ["base64", '"A"'],
    ["bigint", '"1.5"'],
    ["__proto__", "1"],
  ])("refuses a %s of %s", (type, value) => {
    expect(decode(`{"__type__":"${type}","__value__":${value}}`).faults).toHaveLength(1);
  });

  it("tells text that has no tags without reading it", () => {
    expect(mayBeTagged(JSON.stringify({ a: [1, "x"] }))).toBe(false);
    expect(mayBeTagged(encodeTagged([1n]))).toBe(true);
  });

  it("gives back everything that it was given", () => {
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof({ depthSize: "small" }, tie("leaf"), fc.array(tie("tree")), fc.dictionary(keys, tie("tree"))),
      leaf: fc.oneof(
        fc.constantFrom(null, true, "x", 0, -1.5, "date", "object"),
        fc.string(),
        fc.bigInt(),
        fc.uint8Array(),
        fc.date({ noInvalidDate: true, min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z") }),
        fc.uuid().map((text) => new Uuid(text)),
        fc.bigInt().map((digits) => new Decimal(`${digits}.50`)),
      ),
    }));
    fc.assert(
      fc.property(tree, (value) => {
        const text = encodeTagged(value);
        expect(decodeTagged(text, "UTC")).toEqual(value);
        expect(mayBeTagged(text) || JSON.stringify(value) === text).toBe(true);
      }),
    );
  });
});

/** What makes an object look like a tag is among them. */
const keys = fc.oneof(fc.string(), fc.constantFrom("__type__", "__value__")).filter((key) => key !== "__proto__");
