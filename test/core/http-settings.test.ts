import { describe, expect, it } from "vitest";
import { httpSettingReaders } from "../../src/core/http-settings.ts";

const read = (name: string, value: unknown) => httpSettingReaders[name]?.(value);

describe("http_cors_origins", () => {
  it.each([
    ["*"],
    ["https://shop.example/"],
    ["https://Shop.example"],
    ["shop.example"],
    ["null"],
    ["https://shop.example:443"],
    ["https://*.example"],
  ])("refuses %s, which no browser sends as an origin", (origin) => {
    expect(read("http_cors_origins", [origin])).toHaveProperty("expected", expect.stringContaining(JSON.stringify(origin)));
  });

  it("refuses one origin without its array", () => {
    expect(read("http_cors_origins", "https://shop.example")).toHaveProperty("expected", expect.stringContaining("an array"));
  });
});

describe("http_submit_rate_limit", () => {
  it("is written as a task's rate limit, and 0 is none", () => {
    expect(read("http_submit_rate_limit", "0")).toEqual({ settings: { httpSubmitRateLimit: null } });
    expect(read("http_submit_rate_limit", "6/h")).toEqual({ settings: { httpSubmitRateLimit: 6 / 3600 } });
    expect(read("http_submit_rate_limit", "often")).toHaveProperty("expected", expect.stringContaining('"10/s"'));
  });
});
