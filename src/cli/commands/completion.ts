import { usageError } from "../cli-error.ts";
import { completionScript, SHELLS } from "../completion-script.ts";
import type { Define } from "../define.ts";

/** `celeriac completion SHELL`: a script that lets the shell complete commands and options. */
export const defineCompletion: Define = (command, open, whole) => {
  command
    .argument("<shell>", SHELLS.join(", "))
    .addHelpText(
      "after",
      `
Examples:
  $ celeriac completion bash >> ~/.bashrc
  $ celeriac completion zsh >> ~/.zshrc
  $ celeriac completion fish > ~/.config/fish/completions/celeriac.fish`,
    )
    .action(async (name: string) => {
      const shell = SHELLS.find((one) => one === name);
      if (shell === undefined) throw usageError(`completion expects ${SHELLS.join(", ")}, got '${name}'`);
      open().terminal.print(completionScript(shell, await whole()));
    });
};
