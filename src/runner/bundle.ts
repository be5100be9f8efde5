import { existsSync } from "node:fs";
import { builtinModules } from "node:module";
import { build, type Message, type Plugin, stop } from "esbuild";
import { RunnerError } from "./runner-error.ts";
import { shownPath, type WranglerConfig } from "./wrangler-config.ts";

/** The Worker script as one module. */
export interface Bundle {
  code: string;
  /** Its source map, as JSON text; paths are relative to the working directory. */
  sourceMap: string;
  /** esbuild's warnings, one line each. */
  warnings: string[];
}

/** The name that stack traces give the module. */
export const BUNDLE_NAME = "index.mjs";

const HIGHEST_FAULTS = 5;

/**
 * Bundles `main` and all that it imports, in memory, as wrangler does: for workerd, with `define`, `alias` and `tsconfig` of the configuration.
 * `.txt`, `.html` and `.sql` files are imported as text, `.bin` as bytes; `.wasm` is not.
 * @throws RunnerError with file, line and what is wrong.
 */
export async function bundleWorker(config: WranglerConfig): Promise<Bundle> {
  const { raw, main } = config;
  if (!existsSync(main)) throw new RunnerError(`${shownPath(config.path)}: "main" names no file: ${shownPath(main)}`);
  try {
    const result = await build({
      entryPoints: [main],
      outfile: BUNDLE_NAME,
      bundle: true,
      write: false,
      format: "esm",
      target: "es2024",
      platform: "browser",
      conditions: ["workerd", "worker", "browser"],
      external: ["cloudflare:*", "node:*"],
      plugins: [nodeModules],
      loader: { ".txt": "text", ".html": "text", ".sql": "text", ".bin": "binary" },
      sourcemap: "external",
      sourcesContent: false,
      keepNames: raw.keep_names ?? true,
      logLevel: "silent",
      define: { "process.env.NODE_ENV": '"development"', "navigator.userAgent": '"Cloudflare-Workers"', ...raw.define },
      ...(raw.alias === undefined ? {} : { alias: raw.alias }),
      ...(raw.tsconfig === undefined ? {} : { tsconfig: raw.tsconfig }),
    });
    const code = result.outputFiles.find((file) => file.path.endsWith(BUNDLE_NAME))?.text ?? "";
    const sourceMap = result.outputFiles.find((file) => file.path.endsWith(".map"))?.text ?? "";
    return { code, sourceMap, warnings: result.warnings.map(describe) };
  } catch (error) {
    const faults = messagesOf(error);
    if (faults.length === 0) throw error;
    const more = faults.length > HIGHEST_FAULTS ? [`and ${faults.length - HIGHEST_FAULTS} more`] : [];
    throw new RunnerError([...faults.slice(0, HIGHEST_FAULTS).map(describe), ...more].join("; "));
  } finally {
    // Its service process has nothing to do any more.
    await stop();
  }
}

/** `import "crypto"` means `node:crypto`, which workerd has. */
const nodeModules: Plugin = {
  name: "node-modules",
  setup(run) {
    const names = builtinModules.filter((name) => !name.startsWith("_")).map((name) => name.replaceAll("/", "\\/"));
    const filter = new RegExp(`^(${names.join("|")})$`);
    run.onResolve({ filter }, ({ path }) => ({ path: path.startsWith("node:") ? path : `node:${path}`, external: true }));
  },
};

function messagesOf(error: unknown): Message[] {
  const errors: unknown = typeof error === "object" && error !== null && "errors" in error ? error.errors : undefined;
  return Array.isArray(errors) ? errors : [];
}

function describe(message: Message): string {
  const { location } = message;
  return location === null ? message.text : `${location.file}:${location.line}:${location.column + 1}: ${message.text}`;
}
