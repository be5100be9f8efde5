import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/core/config.ts";
import { type BannerFacts, renderBanner } from "../../src/runner/banner.ts";

const facts: BannerFacts = {
  name: "celeriac",
  version: "0.1.0",
  transport: "celery",
  state: ".celeriac/state",
  config: { ...defaultConfig, timezone: "Asia/Shanghai" },
  tasks: ["tasks.print_task", "tasks.add"],
  vars: {
    celeryconfig: { timezone: "Asia/Shanghai" },
    beat_schedule: { often: { task: "tasks.add", schedule: 30 } },
    beat_schedule_more: { task2: { task: "tasks.print_task", schedule: { minutes: 1 } } },
  },
  crons: ["* * * * *"],
  url: "http://127.0.0.1:8787",
};

describe("the banner", () => {
  it("says what Celery's worker says", () => {
    expect(renderBanner(facts)).toBe(`
 celeriac v0.1.0 (celeriac, local runner)

 [config]
 .> app:         celeriac
 .> transport:   Cloudflare Queue 'celery' (local)
 .> results:     Durable Objects in .celeriac/state
 .> concurrency: 100 (a consumer)
 .> timezone:    Asia/Shanghai

 [queues]
 .> celery

 [tasks]
   . tasks.add
   . tasks.print_task

 [beat]
   . often: tasks.add every 30 s
   . task2: tasks.print_task { minutes = 1 }

ready on http://127.0.0.1:8787`);
  });

  it("says where something is missing", () => {
    const banner = renderBanner({ ...facts, tasks: [], vars: {}, crons: [], transport: undefined });
    expect(banner).toContain(" [tasks]\n   (none)\n");
    expect(banner).toContain(" [beat]\n   (none)\n   no Cron Trigger wakes beat: add one under [triggers]\n");
    expect(banner).toContain(" .> transport:   none\n");
  });

  it("leaves the tasks out when the Worker script does not tell them", () => {
    expect(renderBanner({ ...facts, tasks: undefined })).not.toContain("[tasks]");
  });

  it("shows no control characters of names", () => {
    expect(renderBanner({ ...facts, tasks: ["a\u001b[2Jb"] })).toContain("  . a\ufffd[2Jb\n");
  });
});
