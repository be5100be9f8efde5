import type { Command } from "commander";
import type { Session } from "./session.ts";

/** Gives a command its arguments, options, help and action. The action opens the session when it runs; `whole` is the tree of all commands. */
export type Define = (command: Command, open: () => Session, whole: () => Promise<Command>) => void;
