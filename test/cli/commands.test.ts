import { execFileSync } from "node:child_process";
import { afterEach, describe, expect, it } from "vitest";
import { COMMANDS } from "../../src/cli/command-table.ts";
import { type Answer, type Around, FakeDeployment, run } from "./stage.ts";

let deployment: FakeDeployment | undefined;
afterEach(() => deployment?.close());

const task = (id: string, more: object = {}) => ({
  task_id: id,
  status: "PENDING",
  name: "tasks.add",
  args: [2, 3],
  kwargs: {},
  queue: "celery",
  parent_id: null,
  root_id: id,
  group_id: null,
  date_received: "2026-11-22T13:00:00.000Z",
  eta: null,
  ...more,
});

describe("celeriac list", () => {
  it("follows cursors over empty pages until it has as many as it was asked for", async () => {
    const pages: Record<string, object> = {
      "": { results: [task("a"), task("b", { status: "FAILURE" })], cursor: "1" },
      "1": { results: [], cursor: "2" },
      "2": { results: [task("c"), task("d")], cursor: "3" },
    };
    const { code, stdout } = await command(["list", "-n", "3", "--status", "pending", "--queue", "celery", "--json"], {
      "GET /v1/results": ({ query }) => pages[query.cursor ?? ""],
    });
    expect(code).toBe(0);
    expect(JSON.parse(stdout).results.map(({ task_id }: { task_id: string }) => task_id)).toEqual(["a", "b", "c"]);
    expect(deployment?.asked.map(({ query }) => query)).toEqual([
      { status: "PENDING", queue: "celery", limit: "3" },
      { status: "PENDING", queue: "celery", limit: "1", cursor: "1" },
      { status: "PENDING", queue: "celery", limit: "1", cursor: "2" },
    ]);
  });

  it("shows no control character of a task on a terminal, and all of them in a pipe", async () => {
    const answers = { "GET /v1/results": { results: [task("a", { name: "t\u001b]0;x\u0007\u009b2J" })], cursor: null } };
    const terminal = await command(["list"], answers, { terminal: true });
    expect(terminal.stdout).toContain("t\ufffd]0;x\ufffd\ufffd2J");
    const pipe = await command(["list"], answers);
    expect(pipe.stdout).toContain("t\u001b]0;x\u0007\u009b2J");
  });

  it("says that a deployment without the route is older", async () => {
    const { code, stderr } = await command(["list"], {});
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/^error: the deployment at \S+ is older than this command line: it has no GET \/v1\/results\n$/),
    ]);
  });
});

describe("celeriac inspect and control", () => {
  it("shows each node's reply as Celery does", async () => {
    const answers = {
      "GET /v1/inspect/active": { "celery@shop": [{ id: "a", name: "tasks.add" }] },
      "GET /v1/inspect/reserved": { "celery@shop": [] },
      "GET /v1/inspect/registered": { "celery@shop": ["tasks.add", "tasks.mul"] },
    };
    const active = await command(["inspect", "active"], answers);
    expect(active.stdout).toBe('->  celery@shop: OK\n    * {"id":"a","name":"tasks.add"}\n\n1 node online.\n');
    expect((await command(["inspect", "reserved"], answers)).stdout).toContain("    - empty -\n");
    expect((await command(["inspect", "registered", "-j"], answers)).stdout).toBe('{"celery@shop":["tasks.add","tasks.mul"]}\n');
    const older = await command(["inspect", "registered", "-j"], { "GET /v1/tasks": { tasks: [{ name: "tasks.add" }] } });
    expect(older.stdout).toBe('{"celeriac@edge":["tasks.add"]}\n');
    const nobody = await command(["inspect", "registered", "-d", "celery@elsewhere"], answers);
    expect([nobody.code, nobody.stderr]).toEqual([69, "error: No nodes replied within time constraint: there is celery@shop\n"]);
  });

  it("revokes by ids and by filter, and follows the job", async () => {
    let polls = 0;
    const answers: Record<string, Answer> = {
      "POST /v1/results/a/revoke": { task_id: "a", revocation: "terminated" },
      "POST /v1/results/revoke": { job_id: "j1", status: "running", done: 0 },
      "GET /v1/jobs/j1": () => ({ job_id: "j1", ended: ++polls === 2, done: polls * 10, count: 20 }),
    };
    const one = await command(["control", "terminate", "SIGTERM", "a"], answers);
    expect(one.stdout).toMatch(/tasks flagged as revoked: a: terminated\n$/);
    expect(deployment?.asked[0]?.body).toBe('{"terminate":true}');
    const many = await command(["control", "revoke", "--name", "tasks.add", "--status", "pending"], answers);
    expect([many.code, many.stdout]).toEqual([0, expect.stringMatching(/20 tasks flagged as revoked\n$/)]);
    expect(JSON.parse(deployment?.asked[0]?.body ?? "")).toEqual({ name: "tasks.add", status: "PENDING", terminate: false });
    const none = await command(["control", "revoke"], answers);
    expect([none.code, none.stderr]).toEqual([2, expect.stringMatching(/expects the ids of tasks, or a filter/)]);
  });

  it("sets limits under the wire's names", async () => {
    const answers = { "POST /v1/control/time_limit": {}, "POST /v1/control/rate_limit": {} };
    expect((await command(["control", "time_limit", "tasks.add", "5", "10"], answers)).stdout).toContain("time limits set successfully");
    expect(deployment?.asked[0]?.body).toBe('{"task":"tasks.add","soft":5,"hard":10}');
    expect((await command(["control", "rate_limit", "tasks.add", "0"], answers)).stdout).toContain("rate limit disabled successfully");
    expect(deployment?.asked[0]?.body).toBe('{"task":"tasks.add","rate_limit":null}');
  });
});

describe("celeriac export", () => {
  it("writes waiting tasks as calls, and leaves members of workflows out", async () => {
    const results = [
      task("a", { eta: "2026-12-24T18:00:00.000Z", options: { priority: 5, headers: { from: "shop" } } }),
      task("b", { group_id: "g" }),
      task("c", { parent_id: "a", root_id: "a" }),
    ];
    const { code, stdout, stderr } = await command(["export", "-Q", "celery"], {
      "GET /v1/results": ({ query }) => ({ results: query.status === "PENDING" ? results : [], cursor: null }),
    });
    expect([code, stderr]).toEqual([0, "1 task exported. 2 members of workflows were left out.\n"]);
    expect(stdout).toBe(
      '{"task":"tasks.add","args":[2,3],"kwargs":{},"queue":"celery","priority":5,"headers":{"from":"shop"},"eta":"2026-12-24T18:00:00.000Z","task_id":"a"}\n',
    );
    expect(deployment?.asked.map(({ query }) => query.options)).toEqual(["true", "true"]);
  });
});

describe("celeriac events", () => {
  it("dumps each event, and goes on behind the last one when the connection is lost", async () => {
    const leaving = new AbortController();
    const ended = await command(
      ["events", "--dump", "--types", "task-succeeded"],
      {
        "GET /v1/events": ({ headers }, response) => {
          response.writeHead(200, { "content-type": "text/event-stream" });
          const id = Number(headers["last-event-id"] ?? 0) + 1;
          const event = {
            type: "task-succeeded",
            uuid: `u${id}`,
            name: "tasks.add",
            hostname: "celery@shop",
            timestamp: NOW_SECONDS,
            result: "5",
            runtime: 0.01,
          };
          response.end(`: hello\nid: 0\n\nid: ${id}\nevent: task-succeeded\ndata: ${JSON.stringify(event)}\n\n`);
        },
      },
      { signal: leaving.signal, onOutput: (text) => text.includes("u2") && leaving.abort() },
    );
    expect(ended.stdout).toBe(
      ["u1", "u2"].map((id) => `celery@shop [2026-11-22T14:00:00.000Z] task succeeded: tasks.add() ${id} result=5 runtime=0.01\n`).join(""),
    );
    expect(deployment?.asked.map(({ query, headers }) => [query.types, headers["last-event-id"]])).toEqual([
      ["task-succeeded", undefined],
      ["task-succeeded", "1"],
    ]);
    expect(ended.code).toBe(0);
  });
});

describe("celeriac graph", () => {
  const nodes = [
    { task_id: "a", name: "tasks.add", status: "SUCCESS", parent_id: null, group_id: null, children: ["b"] },
    { task_id: "b", name: 'evil"]; x', status: "PENDING", parent_id: "a", group_id: "g", children: [] },
  ];
  const answers = { "GET /v1/results/a/tree": { root_id: "a", nodes, cursor: null } };

  it("draws a workflow for Mermaid and Graphviz, whatever the names are", async () => {
    const mermaid = await command(["graph", "a"], answers);
    expect(mermaid.stdout).toBe(
      [
        "flowchart TD",
        '  n0["tasks.add<br/>SUCCESS"]',
        '  subgraph g1["group g"]',
        '    n1["evil#34;#93;#59; x<br/>PENDING"]',
        "  end",
        "  n0 --> n1",
        "  style n0 fill:#c8e6c9",
        "  style n1 fill:#eeeeee",
        "",
      ].join("\n"),
    );
    const dot = await command(["graph", "a", "-F", "dot"], answers);
    expect(dot.stdout).toContain('n1 [label="evil\\"]; x\\nPENDING", tooltip="b", fillcolor="#eeeeee"];');
    expect((await command(["graph", "a", "-F", "svg"], answers)).code).toBe(2);
  });
});

describe("celeriac completion", () => {
  it("lets bash complete commands, first arguments and options", async () => {
    const { stdout } = await run(["completion", "bash"]);
    const completed = (words: string) => {
      const ask = `${stdout}\nCOMP_WORDS=(${words}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _celeriac; echo "\${COMPREPLY[@]}"`;
      return execFileSync("bash", ["-c", ask], { encoding: "utf8" }).trim();
    };
    expect(completed("celeriac --url x ca")).toBe("call");
    expect(completed("celeriac inspect sta")).toBe("stats");
    expect(completed("celeriac call tasks.add --cou")).toBe("--countdown");
    for (const shell of ["zsh", "fish"]) expect((await run(["completion", shell])).code).toBe(0);
    expect((await run(["completion", "tcsh"])).stderr).toMatch(/expects bash, zsh, fish, got 'tcsh'/);
  });
});

describe("celeriac", () => {
  it("names what Celery has and it has not, with the reason", async () => {
    for (const name of ["logtool", "multi", "shell", "amqp", "upgrade", "migrate"]) {
      const { code, stderr } = await run([name]);
      expect([name, code, stderr]).toEqual([name, 2, expect.stringMatching(new RegExp(`^error: ${name} is left out: .+\\n$`))]);
    }
  });

  it("has help with an example for every command", async () => {
    for (const { name } of COMMANDS) {
      const { code, stdout } = await run([name, "--help"]);
      expect([name, code, stdout]).toEqual([name, 0, expect.stringMatching(new RegExp(`Examples?:\\n {2}\\$ celeriac ${name}`))]);
    }
  });
});

const NOW_SECONDS = Date.UTC(2026, 10, 22, 14) / 1_000;

async function command(argv: readonly string[], answers: Readonly<Record<string, Answer>>, around: Around = {}) {
  deployment?.close();
  deployment = new FakeDeployment(answers);
  const url = await deployment.listen();
  return run(argv, { url, ...around });
}
