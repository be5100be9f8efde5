import { spawn } from "node:child_process";

/** How often it fires, and from which delay on it counts as late (milliseconds). */
const EVERY = 10;
const LATE = 30;

const PROGRAM = `let due = Date.now() + ${EVERY};
(function fire() {
  const now = Date.now();
  if (now - due >= ${LATE}) console.log(due + " " + now);
  due = Math.max(due + ${EVERY}, now);
  setTimeout(fire, due - now);
})();`;

/** A timer in a process of its own, which tells how late the machine itself is while other tests run on it. */
export function startPlainTimer() {
  const child = spawn(process.execPath, ["-e", PROGRAM], { stdio: ["ignore", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (piece: string) => {
    text += piece;
  });
  return {
    /** Whether it was late itself between two instants (milliseconds since 1970). */
    wasLate(from: number, until: number): boolean {
      const gaps = text.split("\n").filter((line) => line !== "");
      return gaps.some((line) => {
        const [due = 0, fired = 0] = line.split(" ").map(Number);
        return due <= until && fired >= from;
      });
    },
    stop: () => void child.kill(),
  };
}
