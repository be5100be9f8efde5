import type { TreeTask } from "./tree.ts";

/** What is drawn as one: a task, or many members of a group that are alike. */
export interface Step {
  /** Its number among the steps, as text. */
  key: string;
  tasks: readonly TreeTask[];
  /** The keys of the steps right before and after it. */
  before: readonly string[];
  after: readonly string[];
}

/** More tasks side by side than these are drawn as one. */
export const MOST_APART = 12;

/**
 * The steps of a workflow, earlier ones first. Tasks that stand at the same depth of the same group (or, outside of any group, after the same steps) are side by side; where more than
 * `MOST_APART` are, those of one name become one step, and where they have more names than that, all of them do.
 */
export function stepsOf(tasks: readonly TreeTask[]): Step[] {
  const parents = parentsOf(tasks);
  const steps: { key: string; tasks: TreeTask[]; before: Set<string>; after: Set<string> }[] = [];
  const stepOf = new Map<string, (typeof steps)[number]>();
  for (const level of levelsOf(tasks, parents)) {
    const sides = new Map<string, TreeTask[]>();
    for (const task of level) {
      const before = new Set((parents.get(task.taskId) ?? []).map((id) => stepOf.get(id)?.key));
      const side = task.groupId ?? [...before].join();
      put(sides, side, task);
    }
    for (const alike of [...sides.values()].flatMap(splitSide)) {
      const step = { key: String(steps.length), tasks: alike, before: new Set<string>(), after: new Set<string>() };
      steps.push(step);
      for (const { taskId } of alike) {
        stepOf.set(taskId, step);
        for (const parent of parents.get(taskId) ?? []) {
          const earlier = stepOf.get(parent);
          if (earlier === undefined || earlier === step) continue;
          earlier.after.add(step.key);
          step.before.add(earlier.key);
        }
      }
    }
  }
  return steps.map(({ key, tasks: members, before, after }) => ({ key, tasks: members, before: [...before], after: [...after] }));
}

/** How many tasks a step's tasks called that do not belong to the workflow itself. */
export function calledBy(step: Step, known: ReadonlySet<string>): number {
  return step.tasks.reduce((sum, { children }) => sum + children.filter((id) => !known.has(id)).length, 0);
}

function splitSide(side: TreeTask[]): TreeTask[][] {
  if (side.length <= MOST_APART) return side.map((task) => [task]);
  const byName = new Map<string, TreeTask[]>();
  for (const task of side) put(byName, task.name, task);
  return byName.size <= MOST_APART ? [...byName.values()] : [side];
}

function put(lists: Map<string, TreeTask[]>, name: string, task: TreeTask): void {
  const list = lists.get(name);
  if (list === undefined) lists.set(name, [task]);
  else list.push(task);
}

function parentsOf(tasks: readonly TreeTask[]): Map<string, string[]> {
  const parents = new Map<string, string[]>(tasks.map(({ taskId }) => [taskId, []]));
  for (const { taskId, children } of tasks) for (const child of children) parents.get(child)?.push(taskId);
  return parents;
}

/** The tasks by how many stand before them on the longest way. */
function levelsOf(tasks: readonly TreeTask[], parents: ReadonlyMap<string, readonly string[]>): TreeTask[][] {
  const byId = new Map(tasks.map((task) => [task.taskId, task]));
  const open = new Map([...parents].map(([id, before]) => [id, before.length]));
  const levels: TreeTask[][] = [];
  let level = tasks.filter(({ taskId }) => open.get(taskId) === 0);
  while (level.length > 0) {
    levels.push(level);
    const next: TreeTask[] = [];
    for (const child of level.flatMap(({ children }) => children)) {
      const task = byId.get(child);
      const left = (open.get(child) ?? 0) - 1;
      open.set(child, left);
      if (left === 0 && task !== undefined) next.push(task);
    }
    level = next;
  }
  return levels;
}
