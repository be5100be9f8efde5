import type { Command } from "commander";
import type { Session } from "./session.ts";

/** Gives a command its arguments, options, help and action. The action opens the session when it runs. */
export type Define = (command: Command, open: () => Session) => void;
