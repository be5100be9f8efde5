import type { Define } from "../define.ts";
import { askNodes } from "../nodes.ts";
import { readList } from "../read-flag.ts";
import { printOnline, printReply } from "../reply.ts";

/** `celeriac status`: who answers, as Celery's `status`. Exit code 69 when nobody does. */
export const defineStatus: Define = (command, open) => {
  command
    .option("-d, --destination <nodes>", "only these nodes, separated by commas", readList)
    .addHelpText(
      "after",
      `
Examples:
  $ celeriac status
  $ celeriac status --json --timeout 2`,
    )
    .action(async ({ destination }: { destination?: string[] }) => {
      const session = open();
      const { terminal, json } = session;
      const replies = await askNodes(session, "ping", destination);
      if (json) return terminal.json(Object.fromEntries(replies.map(({ node, body }) => [node, body])));
      for (const { node } of replies) printReply(terminal, node);
      printOnline(terminal, replies.length);
    });
};
