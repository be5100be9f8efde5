import { describe, expect, it } from "vitest";
import { readNonceHeader, writeNonceHeader } from "../../src/core/wire/nonce-header.ts";
import { NOW, problemOf, setup } from "./setup.ts";

const NONCE = "6f1c2d3e-0000-4000-8000-00000000000a";

describe("the header Celeriac-Nonce", () => {
  it("hands the broker the nonce of one submit or of many, which sending it is, and when it was first sent by the door's clock", async () => {
    const { broker, post } = setup();
    const headers = { "celeriac-nonce": `${NONCE.toUpperCase()}; attempt=2; age=1.5` };
    await post("/v1/tasks/tasks.add", { args: [2, 3] }, headers);
    await post("/v1/tasks", [{ task: "tasks.add", args: [2, 3] }], { "celeriac-nonce": NONCE });
    await post("/v1/tasks/tasks.add", { args: [2, 3] });
    expect(broker.submits.map(({ sent }) => sent)).toEqual([
      { nonce: NONCE, attempt: 2, sentAt: NOW - 1_500 },
      { nonce: NONCE, attempt: 1, sentAt: NOW },
      undefined,
    ]);
  });

  it("is refused where it has another form, and nothing is submitted", async () => {
    const { broker, post } = setup();
    for (const text of ["1", `${NONCE}; attempt=0`, `${NONCE}; age=-1`, `${NONCE}x`, `${NONCE}; attempt=2; age=1e9`]) {
      const problem = await problemOf(await post("/v1/tasks/tasks.add", { args: [2, 3] }, { "celeriac-nonce": text }));
      expect(problem).toMatchObject({ status: 422, type: "urn:celeriac:problem:bad-option", paths: ["Celeriac-Nonce"] });
    }
    expect(broker.submits).toEqual([]);
  });

  it("is read as it is written", () => {
    const sending = { nonce: NONCE, attempt: 3, ageSeconds: 12.345 };
    expect(readNonceHeader(writeNonceHeader(sending))).toEqual(sending);
  });
});
