import type { Config } from "../core/config.ts";
import type { TaskRegistry } from "../core/task-definition.ts";
import type { Task } from "./task.ts";

/**
 * The tasks of an app as a configuration has them: what the doors, beat and the consumer are handed. Tasks that are registered later are
 * found too.
 */
export class SettledTasks implements TaskRegistry<Task> {
  readonly #app: TaskRegistry<Task>;
  readonly #config: Config;

  /** Throws `ImproperlyConfigured` when a task and the configuration cannot hold together. */
  constructor(app: TaskRegistry<Task>, config: Config) {
    this.#app = app;
    this.#config = config;
    for (const name of app.names()) this.get(name);
  }

  /** The task of that name, if one is registered. */
  get(name: string): Task | undefined {
    return this.#app.get(name)?.settled(this.#config);
  }

  /** The names of all registered tasks, sorted. */
  names(): string[] {
    return this.#app.names();
  }
}
