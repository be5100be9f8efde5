import { serialize } from "node:v8";
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/core/call.ts";
import { CLONE_LIMIT, findOverflow } from "../../src/core/clone-size.ts";

const MEBIBYTE = 1024 * 1024;
const body = (text: string): string => JSON.stringify({ task: "t", args: [text] });
const aCall = (line: string, options: Partial<Call> = {}): Call => ({ line, queue: "celery", ...options });

describe("findOverflow", () => {
  it("lets through what a request's body of 16 MiB holds, in ASCII, CJK or emoji", () => {
    for (const letter of ["x", "é", "漢", "😀"]) {
      const bytes = new TextEncoder().encode(letter).length;
      const calls = Array.from({ length: 16 }, () => aCall(body(letter.repeat((MEBIBYTE - 100) / bytes))));
      expect(findOverflow(calls)).toBeUndefined();
    }
  });

  it("refuses at the call that passes 33,000,000 bytes: one emoji doubles an ASCII line", () => {
    const plain = aCall(body("x".repeat(MEBIBYTE)));
    const wide = aCall(body(`${"x".repeat(MEBIBYTE)}😀`));
    expect(findOverflow(Array.from({ length: 16 }, () => wide))).toEqual({ index: 15, bytes: expect.any(Number) });
    expect(findOverflow([...Array.from({ length: 30 }, () => plain), wide])).toEqual({ index: 30, bytes: expect.any(Number) });
  });

  it("never takes calls for smaller than their structured clone, and not for much larger", () => {
    const names = { taskId: crypto.randomUUID(), idempotency: { key: "ключ".repeat(60), fingerprint: "0123456789abcdef" } };
    const options = { due: 1.5, expires: 2.5, priority: 9, onceOnly: true, express: true };
    const few = aCall(body("x"), { queue: "очередь" });
    for (const call of [aCall(body("x".repeat(900))), aCall(body(`${"é".repeat(900)}€`)), { ...few, ...names, ...options }]) {
      const one = serialize(Array.from({ length: 1_000 }, () => structuredClone(call))).length / 1_000;
      const position = findOverflow(Array.from({ length: 300_000 }, () => call))?.index ?? 0;
      expect(position * one).toBeLessThanOrEqual(CLONE_LIMIT);
      expect(position * (one + 150)).toBeGreaterThan(CLONE_LIMIT);
    }
  });
});
