import type { Command } from "commander";

/** The shells that a completion can be written for. */
export const SHELLS = ["bash", "zsh", "fish"] as const;

/** A command's words: what may follow its name. */
interface Words {
  name: string;
  summary: string;
  /** Long options, and short ones. */
  options: string[];
  /** What its first argument may be, where that is one of a few. */
  choices: string[];
}

/** The script that completes commands, their options, and their first argument where it is one of a few. To be read by the shell at its start. */
export function completionScript(shell: (typeof SHELLS)[number], program: Command): string {
  const commands = program.commands.map(wordsOf);
  if (shell === "fish") return fish(commands);
  const script = bash(commands, optionsOf(program));
  return shell === "zsh" ? `autoload -U +X bashcompinit && bashcompinit\n${script}` : script;
}

function wordsOf(command: Command): Words {
  const [first] = command.registeredArguments;
  const choices = first?.argChoices ?? first?.description.replace(/ \(.*$/, "").split(", ") ?? [];
  return {
    name: command.name(),
    summary: command.summary(),
    options: optionsOf(command),
    choices: choices.length > 1 ? choices.filter((word) => /^[a-z_]+$/.test(word)) : [],
  };
}

function optionsOf(command: Command): string[] {
  return command.options.filter(({ hidden }) => !hidden).flatMap(({ short, long }) => [long, short].flatMap((flag) => flag ?? []));
}

function bash(commands: readonly Words[], globals: readonly string[]): string {
  const names = commands.map(({ name }) => name);
  const cases = commands.map(({ name, options, choices }) => `    ${name}) words="${[...choices, ...options].join(" ")}" ;;`);
  return `_celeriac() {
  local word words i
  words="${[...names, ...globals].join(" ")}"
  for ((i = 1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    case "$word" in
${cases.map((line) => `  ${line}`).join("\n")}
      *) continue ;;
    esac
    break
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _celeriac celeriac`;
}

function fish(commands: readonly Words[]): string {
  const lines = commands.flatMap(({ name, summary, options, choices }) => [
    `complete -c celeriac -n __fish_use_subcommand -f -a ${name} -d '${summary.replaceAll("'", "\\'")}'`,
    ...choices.map((word) => `complete -c celeriac -n '__fish_seen_subcommand_from ${name}' -f -a ${word}`),
    ...options
      .filter((flag) => flag.startsWith("--"))
      .map((flag) => `complete -c celeriac -n '__fish_seen_subcommand_from ${name}' -l ${flag.slice(2)}`),
  ]);
  return lines.join("\n");
}
