/** The options of a call that the form asks for, as texts. */
export interface OptionTexts {
  queue: string;
  countdown: string;
  priority: string;
}

/** Says nothing: the task's own. */
export const NO_OPTIONS: OptionTexts = { queue: "", countdown: "", priority: "" };

/** The options under the wire's names, or what is wrong with them. Empty ones are left out. */
export function callOptions({
  queue,
  countdown,
  priority,
}: OptionTexts): { options: Record<string, unknown> } | { faults: Map<string, string> } {
  const options: Record<string, unknown> = {};
  if (queue.trim() !== "") options.queue = queue.trim();
  if (priority !== "") options.priority = Number(priority);
  if (countdown.trim() !== "") {
    const seconds = Number(countdown);
    if (!Number.isFinite(seconds)) return { faults: new Map([["countdown", "Write a number of seconds."]]) };
    options.countdown = seconds;
  }
  return { options };
}
