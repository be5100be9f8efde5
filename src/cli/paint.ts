/** The colours that commands use. */
export type Colour = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";

const CODES: Record<Colour, readonly [on: number, off: number]> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  dim: [2, 22],
  bold: [1, 22],
};

/** The text between the control sequences of a colour (ECMA-48, SGR). */
export function paint(colour: Colour, text: string): string {
  const [on, off] = CODES[colour];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** The colour of a task's state: green for what went well, red for what failed, yellow for what was taken back or tried again. */
export function stateColour(state: string): Colour {
  if (state === "SUCCESS") return "green";
  if (state === "FAILURE") return "red";
  if (state === "REVOKED" || state === "RETRY") return "yellow";
  return state === "STARTED" ? "cyan" : "dim";
}
