import type { Define } from "./define.ts";

/** A command as `celeriac --help` lists it. Its code is loaded when it is chosen. */
export interface CommandEntry {
  name: string;
  summary: string;
  hidden?: boolean;
  load(): Promise<Define>;
}

/** Every command, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  {
    name: "worker",
    summary: "run the Worker of wrangler.toml on this machine (the local runner)",
    load: async () => (await import("./commands/worker.ts")).defineWorker,
  },
  {
    name: "beat",
    summary: "list the schedule's entries, run, enable or disable one",
    load: async () => (await import("./commands/beat.ts")).defineBeat,
  },
  { name: "call", summary: "submit a task by its name", load: async () => (await import("./commands/call.ts")).defineCall },
  { name: "result", summary: "print the result of a task", load: async () => (await import("./commands/result.ts")).defineResult },
  { name: "status", summary: "tell who is online", load: async () => (await import("./commands/status.ts")).defineStatus },
  {
    name: "inspect",
    summary: "look into the deployment: active, scheduled, registered, stats …",
    load: async () => (await import("./commands/inspect.ts")).defineInspect,
  },
  {
    name: "control",
    summary: "steer it: revoke, terminate, rate_limit, pause, resume …",
    load: async () => (await import("./commands/control.ts")).defineControl,
  },
  { name: "list", summary: "list tasks and their states, or queues", load: async () => (await import("./commands/list.ts")).defineList },
  { name: "purge", summary: "end all tasks that wait in queues", load: async () => (await import("./commands/purge.ts")).definePurge },
  {
    name: "events",
    summary: "watch tasks live, or dump their events",
    load: async () => (await import("./commands/events.ts")).defineEvents,
  },
  { name: "graph", summary: "draw a workflow as Mermaid or DOT", load: async () => (await import("./commands/graph.ts")).defineGraph },
  { name: "export", summary: "write the waiting tasks as NDJSON", load: async () => (await import("./commands/export.ts")).defineExport },
  { name: "import", summary: "submit tasks from NDJSON", load: async () => (await import("./commands/import.ts")).defineImport },
  {
    name: "report",
    summary: "print versions and settings, for a bug report",
    load: async () => (await import("./commands/report.ts")).defineReport,
  },
  { name: "init", summary: "make a new project", load: async () => (await import("./commands/init.ts")).defineInit },
  {
    name: "completion",
    summary: "print a script for the shell that completes commands",
    load: async () => (await import("./commands/completion.ts")).defineCompletion,
  },
];
