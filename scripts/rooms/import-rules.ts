import type { Fault, Import, SourceFile } from "./source-file.ts";

/** What one room may import. */
interface Room {
  /** Rooms (folders of `src`), besides itself. */
  rooms: readonly string[];
  /** Interface files that it may import as types only. */
  types: readonly string[];
  /** Packages, by the beginning of their specifier. */
  packages: readonly string[];
}

const BROKER_API = "src/broker/api.ts";
const BEAT_API = "src/beat/api.ts";

/** The table of DESIGN.md, "Rooms". A new room gets its row here. */
const ROOMS: Readonly<Record<string, Room>> = {
  core: { rooms: [], types: [], packages: ["zod", "suncalc"] },
  app: { rooms: ["core"], types: [], packages: [] },
  broker: { rooms: ["core"], types: [], packages: ["cloudflare:", "node:"] },
  worker: { rooms: ["core", "app"], types: [BROKER_API], packages: ["cloudflare:", "node:"] },
  beat: { rooms: ["core", "app"], types: [BROKER_API], packages: ["cloudflare:", "node:"] },
  http: { rooms: ["core"], types: [BROKER_API, BEAT_API], packages: ["hono", "zod", "node:"] },
  dashboard: { rooms: ["core", "client"], types: [], packages: ["preact", "@preact/signals", "uplot", "@dagrejs/dagre"] },
  client: { rooms: ["core", "app"], types: [], packages: [] },
  cli: { rooms: ["client", "core", "runner"], types: [], packages: ["node:", "commander"] },
  testing: { rooms: ["core", "app", "worker"], types: [], packages: [] },
  runner: { rooms: ["core"], types: [], packages: ["node:", "miniflare", "esbuild", "wrangler"] },
};

/** Files that every room but core may import; `types`: as types only. */
const GROUND: Readonly<Record<string, "values" | "types">> = {
  "src/clock.ts": "values",
  "src/current-task.ts": "values",
  "src/log.ts": "values",
  "src/env.ts": "types",
};

/** Files outside the rooms that may import everything. */
const ROOTS = ["src/index.ts", "src/celeriac.ts"];

const TASKS = "src/tasks.ts";

/** Faults of where a file lies, and of its imports. `exists` answers for a path from the repository's root. */
export function checkImports(file: SourceFile, exists: (path: string) => boolean): Fault[] {
  const misplaced = refusePlace(file.path);
  if (misplaced !== undefined) return [{ path: file.path, line: 1, message: misplaced }];
  const refusals = file.imports.map((one) => ({ one, message: refuse(file.path, one, exists) }));
  return refusals.flatMap(({ one, message }) => (message === undefined ? [] : [{ path: file.path, line: one.line, message }]));
}

/** The room (folder of `src`) of a file; undefined for the files beside the rooms. */
export function roomOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

function refusePlace(path: string): string | undefined {
  const room = roomOf(path);
  if (room === undefined) {
    if (path === TASKS || ROOTS.includes(path) || Object.hasOwn(GROUND, path)) return undefined;
    return "lies beside the rooms: move it into one, or add it to scripts/rooms/import-rules.ts";
  }
  if (Object.hasOwn(ROOMS, room)) return undefined;
  return `src/${room} is no room: give it a row in scripts/rooms/import-rules.ts, or move the file into a room`;
}

function refuse(path: string, one: Import, exists: (path: string) => boolean): string | undefined {
  const { target } = one;
  if (target !== undefined && !exists(target)) return `"${one.specifier}" names no file: write its whole name, with the .ts`;
  if (ROOTS.includes(path)) return undefined;
  if (path === TASKS) return refuseInTasks(target);
  const from = roomOf(path) ?? "";
  const room = ROOMS[from];
  if (room === undefined) return refuseInGround(path, one);
  return target === undefined ? refusePackage(from, room, one.specifier) : refuseFile(from, room, target, one);
}

function refuseFile(from: string, room: Room, target: string, one: Import): string | undefined {
  const to = roomOf(target);
  if (to === from || (to !== undefined && room.rooms.includes(to))) return undefined;
  const ground = Object.hasOwn(GROUND, target) ? GROUND[target] : undefined;
  if (from !== "core" && ground === "values") return undefined;
  if ((from !== "core" && ground === "types") || room.types.includes(target)) {
    return one.typeOnly ? undefined : `${from} may import ${target} as types only: write \`import type\``;
  }
  if (from !== "core" && target === "package.json") return undefined;
  return `${from} may not import ${target}: it may import ${list(room)}; hand the thing in from src/celeriac.ts instead`;
}

function refusePackage(from: string, room: Room, specifier: string): string | undefined {
  const allowed = room.packages.some((one) => specifier === one || specifier.startsWith(one.endsWith(":") ? one : `${one}/`));
  if (allowed) return undefined;
  const packages = room.packages.length > 0 ? `only ${room.packages.join(", ")}` : "no package";
  return `${from} may not import "${specifier}": it may import ${packages} (scripts/rooms/import-rules.ts)`;
}

function refuseInTasks(target: string | undefined): string | undefined {
  if (target === undefined || target === "src/celeriac.ts" || roomOf(target) === "app") return undefined;
  return `tasks.ts may not import ${target}: it may import celeriac.ts or app, as a user's own file does`;
}

function refuseInGround(path: string, one: Import): string | undefined {
  const { target } = one;
  const allowed = one.typeOnly && (target === BROKER_API || target === BEAT_API || target === "src/env.ts");
  if (allowed || target === "src/clock.ts") return undefined;
  return `${path} is shared ground and may not import "${one.specifier}": it may import clock.ts and, as types, env.ts and the rooms' api.ts`;
}

function list(room: Room): string {
  const types = room.types.map((path) => `the types of ${path.slice("src/".length)}`);
  return ["itself", ...room.rooms, ...types].join(", ");
}
