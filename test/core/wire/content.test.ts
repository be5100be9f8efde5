import { describe, expect, it } from "vitest";
import { DecodeError } from "../../../src/core/task-errors.ts";
import { checkContent, serializerOf } from "../../../src/core/wire/content.ts";

describe("accept_content", () => {
  it.each([
    ["application/json", ["json"]],
    ["Application/JSON; charset=utf-8", ["json"]],
    ["json", ["application/json"]],
    ["application/x-msgpack", ["json", "msgpack"]],
    ["application/x-own", ["application/x-own"]],
  ])("lets %s through where %j are accepted", (content, accept) => {
    expect(() => checkContent(content, accept)).not.toThrow();
  });

  it("refuses the rest in kombu's words", () => {
    expect(() => checkContent("application/x-python-serialize", ["json"])).toThrow(DecodeError);
    expect(() => checkContent("pickle", ["json"])).toThrow(
      "Refusing to deserialize disabled content of type pickle (application/x-python-serialize): accept_content has json",
    );
    expect(() => checkContent("text/plain", [])).toThrow('of type "text/plain": accept_content has nothing');
  });

  it("knows serializers by both their names", () => {
    expect(["yaml", "application/x-yaml", "application/x-own"].map(serializerOf)).toEqual(["yaml", "yaml", "application/x-own"]);
  });
});
