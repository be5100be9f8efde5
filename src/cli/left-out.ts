/** Celery's commands that are not here, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  amqp: "there is no AMQP here; `celeriac list queues` and `celeriac purge` are for queues",
  logtool: "it reads Celery's log files; `celeriac list` and `celeriac events` tell what became of tasks",
  migrate: "it takes two commands here: `celeriac export` and `celeriac import`",
  multi: "there are no worker processes to start; `celeriac worker` runs everything on this machine",
  shell: "tasks run in the Workers runtime; `celeriac call` calls them from here",
  upgrade: "settings have one way of writing here, Celery's new one",
};

/** Why a command is left out, from commander's message about an unknown one; undefined when it is none of Celery's. */
export function whyLeftOut(message: string): string | undefined {
  const name = /unknown command '([a-z]+)'/.exec(message)?.[1] ?? "";
  return Object.hasOwn(LEFT_OUT, name) ? `${name} is left out: ${LEFT_OUT[name]}` : undefined;
}
