/**
 * Builds the dashboard into static assets: `node scripts/dashboard/build.ts [--force] [folder]`, default `dist/assets`, which `[assets]` of wrangler.toml names. Does nothing when
 * what is there is newer than all that it is made of, so that it may run before every start.
 */
import { globSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { root } from "../command.ts";

const SOURCES = [
  "src/{dashboard,client,core,app}/**/*.{ts,tsx,css,html,svg}",
  "src/dashboard/_headers",
  "src/clock.ts",
  "package-lock.json",
  "scripts/dashboard/build.ts",
];

/** Where those lie whose names change with what they hold. */
const ASSETS = "dashboard/assets";

/** The files of the dashboard, by their paths in the folder of assets. */
export async function buildDashboard(): Promise<Map<string, Uint8Array>> {
  // Loaded late: mostly there is nothing to build.
  const { build, stop } = await import("esbuild");
  const room = join(root, "src/dashboard");
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { app: join(room, "main.tsx"), style: join(room, "style/app.css") },
    outdir: join(root, ASSETS),
    bundle: true,
    splitting: true,
    write: false,
    format: "esm",
    target: ["es2022", "safari16.4"],
    platform: "browser",
    minify: true,
    metafile: true,
    charset: "utf8",
    legalComments: "none",
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    jsx: "automatic",
    jsxImportSource: "preact",
    define: { "process.env.NODE_ENV": '"production"' },
    logLevel: "warning",
  });
  await stop();
  const files = new Map<string, Uint8Array>();
  for (const { path, contents } of outputFiles) files.set(`${ASSETS}/${basename(path)}`, contents);
  const nameOf = (pattern: RegExp) => basename(Object.keys(metafile.outputs).find((path) => pattern.test(path)) ?? "");
  const page = readFileSync(join(room, "index.html"), "utf8")
    .replace("app.js", nameOf(/\/app-\w+\.js$/))
    .replace("app.css", nameOf(/\/style-\w+\.css$/));
  files.set("dashboard/icon.svg", readFileSync(join(room, "icon.svg")));
  files.set("dashboard/index.html", new TextEncoder().encode(page));
  files.set("_headers", readFileSync(join(room, "_headers")));
  return files;
}

/** Writes the files, each whole: who reads meanwhile finds the old or the new one. The page comes last, for it names the others. */
export function writeAssets(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  for (const [path, contents] of files) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    const whole = `${target}.${process.pid}.new`;
    writeFileSync(whole, contents);
    renameSync(whole, target);
  }
  for (const name of readdirSync(join(folder, ASSETS))) {
    if (!files.has(`${ASSETS}/${name}`) && !name.endsWith(".new")) rmSync(join(folder, ASSETS, name), { force: true });
  }
}

/** Whether the assets are newer than all that they are made of. */
function isFresh(folder: string): boolean {
  const built = statSync(join(folder, "_headers"), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return globSync(SOURCES, { cwd: root }).every((path) => statSync(join(root, path)).mtimeMs < built);
}

if (import.meta.main) {
  const folder = process.argv.slice(2).find((argument) => argument !== "--force") ?? join(root, "dist/assets");
  if (process.argv.includes("--force") || !isFresh(folder)) writeAssets(folder, await buildDashboard());
}
