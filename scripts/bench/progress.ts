/** Says what is going on, on stderr: stdout is for the figures. */
export function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
