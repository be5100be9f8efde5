import { arch, platform, release } from "node:os";
import { VERSION } from "../../runner/version.ts";
import type { Define } from "../define.ts";
import { type Document, isRecord, listOf, textOf } from "../document.ts";
import { Refusal } from "../refusal.ts";
import type { Session } from "../session.ts";

/** `celeriac report`: what a bug report needs. Settings are as the deployment tells them; it masks its secrets. */
export const defineReport: Define = (command, open) => {
  command
    .addHelpText(
      "after",
      `
Example:
  $ celeriac report > report.txt`,
    )
    .action(async () => {
      const session = open();
      const { terminal, json, server } = session;
      const software = { celeriac: VERSION, node: process.versions.node, platform: `${platform()} ${release()} ${arch()}` };
      const settings = await settingsOf(session);
      const tasks = listOf(await server.get("/v1/tasks"), "tasks").map(({ name }) => textOf(name));
      const queues = listOf(await server.get("/v1/queues"), "queues").map(({ queue }) => textOf(queue));
      if (json) return terminal.json({ software, url: server.url, queues, tasks, settings: settings ?? null });
      terminal.print(`software -> celeriac:${software.celeriac} node:${software.node}`);
      terminal.print(`platform -> ${software.platform}`);
      terminal.print(`broker   -> ${server.url} (and results)`);
      terminal.print(`queues   -> ${queues.join(", ")}`);
      terminal.print(`tasks    -> ${tasks.join(", ")}`);
      terminal.print("settings ->");
      if (settings === undefined) terminal.print("  (this deployment is older, and does not tell)");
      for (const [name, value] of Object.entries(settings ?? {})) terminal.print(`  ${name}: ${JSON.stringify(value)}`);
    });
};

async function settingsOf({ server }: Session): Promise<Document | undefined> {
  try {
    const answer = await server.get("/v1/inspect/conf");
    if (!isRecord(answer)) return undefined;
    const [first, second] = Object.entries(answer);
    // Celery's shape names the node first.
    return first?.[0].includes("@") === true && second === undefined && isRecord(first[1]) ? first[1] : answer;
  } catch (error) {
    if (error instanceof Refusal && error.isMissingRoute) return undefined;
    throw error;
  }
}
