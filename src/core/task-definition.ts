/** What the doors know of a registered task without running it. */
export interface TaskDefinition {
  /** The registered name, such as `tasks.add`. */
  name: string;
  /** The declared parameters in order; absent: none declared, so `kwargs` and arity cannot be checked. */
  parameters?: Parameter[];
  /** One line for people, shown in `GET /v1/tasks`. */
  doc?: string;
  /** The task's own queue; absent: `task_default_queue`. */
  queue?: string;
  /** Whether the return value is not kept. */
  ignoreResult?: boolean;
  /** Whether calls may take the express lane. */
  express?: boolean;
}

/** One declared parameter. */
export interface Parameter {
  name: string;
  /** Must be given, by position or by name. */
  required: boolean;
  /** Takes all further positional arguments (`...rest`); cannot be given by name. */
  rest: boolean;
}

/** Finds registered tasks by name; every door and the consumer are handed one. */
export interface TaskRegistry<T extends TaskDefinition = TaskDefinition> {
  get(name: string): T | undefined;
  names(): string[];
}
