import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import { CliError, usageError } from "../cli-error.ts";
import type { Define } from "../define.ts";

interface InitFlags {
  name?: string;
  force?: boolean;
}

const ROOT = join(import.meta.dirname, "../../..");
/** As deep in what is built as in the sources. */
const TEMPLATE = join(ROOT, "src/cli/template");
/** A Worker script's name, as the platform has it. */
const NAME = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** `celeriac init [FOLDER]`: a new project, ready for `npm install && npm start` and, with an account, `npm run deploy`. */
export const defineInit: Define = (command, open) => {
  command
    .argument("[folder]", "where it is made (default: here)", ".")
    .option("--name <name>", "the Worker script's name (default: the folder's)")
    .option("--force", "write over files that are there")
    .addHelpText(
      "after",
      `
Examples:
  $ celeriac init shop && cd shop && npm install && npm start
  $ celeriac init --name mail-tasks`,
    )
    .action((folder: string, flags: InitFlags) => {
      const { terminal, json } = open();
      const target = resolve(folder);
      const name = readName(flags.name, target);
      const files = readTemplate(name, target);
      refuseOverwriting(target, [...files.keys()], flags.force === true);
      write(target, files);
      if (json) return terminal.json({ folder: target, name, files: [...files.keys()] });
      for (const path of files.keys()) terminal.print(`  ${join(folder, path)}`);
      terminal.print();
      terminal.print(`A project named ${name}. Next:`);
      if (folder !== ".") terminal.print(`  cd ${folder}`);
      terminal.print("  npm install");
      terminal.print("  npm start                    # in another terminal: npx celeriac call tasks.add --args '[2, 3]' --wait 5");
      terminal.print("  npm run deploy               # README.md says what comes before");
    });
};

function readName(asked: string | undefined, target: string): string {
  const name =
    asked ??
    basename(target)
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, "-")
      .replace(/^-+|-+$/g, "");
  if (NAME.test(name)) return name;
  throw usageError(`--name expects lower-case letters, digits and dashes, at most 63, got '${name}'`);
}

/** The files by their paths in the project, with what is to be filled in filled in. Names end in `.txt` in the package, so that no tool takes them for its own. */
function readTemplate(name: string, target: string): Map<string, string> {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    version: string;
    devDependencies?: Record<string, string>;
  };
  const isCheckout = existsSync(join(ROOT, "src/cli/main.ts"));
  const values: Record<string, string> = {
    name,
    celeriac: isCheckout ? `file:${relative(target, ROOT).split(sep).join("/")}` : `^${manifest.version}`,
    ...manifest.devDependencies,
  };
  const paths = readdirSync(TEMPLATE, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".txt"));
  return new Map(
    paths.sort().map((path) => {
      const text = readFileSync(join(TEMPLATE, path), "utf8");
      return [
        path.slice(0, -".txt".length).replace(/^dot-/, "."),
        text.replace(/\{\{([^}]+)\}\}/g, (_, key: string) => values[key] ?? "*"),
      ];
    }),
  );
}

function refuseOverwriting(target: string, paths: readonly string[], force: boolean): void {
  const there = paths.filter((path) => existsSync(join(target, path)));
  if (there.length === 0 || force) return;
  throw new CliError(`${target} has ${there.join(", ")} already: nothing was written; --force writes over, or name another folder`);
}

function write(target: string, files: ReadonlyMap<string, string>): void {
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(target, path)), { recursive: true });
      writeFileSync(join(target, path), text);
    }
  } catch (error) {
    throw new CliError(`cannot write the project: ${error instanceof Error ? error.message : error}`);
  }
}
