/**
 * A glob as an expression that holds for whole names: `*` any text, also none and also with dots; `?` one character; `[ab]`, `[a-z]` one
 * of these and `[!ab]` one of all others. Capitals count. What Celery understands in `task_routes` (Python's fnmatch).
 */
export function globToRegExp(glob: string): RegExp {
  let source = "";
  for (let at = 0; at < glob.length; at++) {
    const letter = glob.charAt(at);
    if (letter === "*") {
      while (glob[at + 1] === "*") at++;
      source += "[^]*";
    } else if (letter === "?") {
      source += "[^]";
    } else {
      const end = letter === "[" ? endOfSet(glob, at) : -1;
      source += end < 0 ? literal(letter) : readSet(glob.slice(at + 1, end));
      if (end >= 0) at = end;
    }
  }
  return new RegExp(`^${source}$`);
}

/** Where the set that opens at `start` closes; a `]` right after the opening belongs to it. -1: it never closes, so `[` is a letter. */
function endOfSet(glob: string, start: number): number {
  const first = glob[start + 1] === "!" ? start + 2 : start + 1;
  return glob.indexOf("]", first + 1);
}

function readSet(text: string): string {
  const others = text.startsWith("!");
  const letters = others ? text.slice(1) : text;
  let members = "";
  for (let at = 0; at < letters.length; at++) {
    const from = letters.charAt(at);
    if (letters[at + 1] === "-" && at + 2 < letters.length) {
      const to = letters.charAt(at + 2);
      // A range that runs backwards holds nothing.
      if (from <= to) members += `${literal(from)}-${literal(to)}`;
      at += 2;
    } else {
      members += literal(from);
    }
  }
  return `[${others ? "^" : ""}${members}]`;
}

function literal(letter: string): string {
  return /[\p{L}\p{N}\s_]/u.test(letter) || letter > "\x7f" ? letter : `\\${letter}`;
}
