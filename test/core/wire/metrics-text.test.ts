import { describe, expect, it } from "vitest";
import { metricsText } from "../../../src/core/wire/metrics-text.ts";

describe("metricsText", () => {
  it("writes each metric with its help and type, and one line for each set of labels", () => {
    const text = metricsText([
      {
        name: "celeriac_tasks_ended_total",
        help: "Tasks that have ended.",
        type: "counter",
        samples: [
          { labels: { shard: 0 }, value: 12 },
          { labels: { shard: 1 }, value: 0.5 },
        ],
      },
      { name: "celeriac_up", help: "Up.", type: "gauge", samples: [{ labels: {}, value: 1 }] },
    ]);
    expect(text).toBe(
      [
        "# HELP celeriac_tasks_ended_total Tasks that have ended.",
        "# TYPE celeriac_tasks_ended_total counter",
        'celeriac_tasks_ended_total{shard="0"} 12',
        'celeriac_tasks_ended_total{shard="1"} 0.5',
        "# HELP celeriac_up Up.",
        "# TYPE celeriac_up gauge",
        "celeriac_up 1",
        "",
      ].join("\n"),
    );
  });

  it("escapes what would end a label or a line", () => {
    const samples = [{ labels: { queue: 'a "b"\\c\nd' }, value: 1 }];
    expect(metricsText([{ name: "m", help: "one\\two\nthree", type: "gauge", samples }])).toBe(
      '# HELP m one\\\\two\\nthree\n# TYPE m gauge\nm{queue="a \\"b\\"\\\\c\\nd"} 1\n',
    );
  });

  it.each([
    [Number.POSITIVE_INFINITY, "+Inf"],
    [Number.NEGATIVE_INFINITY, "-Inf"],
    [Number.NaN, "NaN"],
    [1e21, "1e+21"],
    [1_800_000_000.25, "1800000000.25"],
  ])("writes %d as %s", (value, written) => {
    expect(metricsText([{ name: "m", help: "h", type: "gauge", samples: [{ labels: {}, value }] }])).toMatch(`\nm ${written}\n`);
  });

  it("leaves out a metric that has no value", () => {
    expect(metricsText([{ name: "m", help: "h", type: "gauge", samples: [] }])).toBe("");
  });
});
