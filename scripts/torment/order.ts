import type { Random } from "../simulate/random.ts";

/** One task that a client wants to be done once. */
export interface Order {
  /** Its own mark, which the task's result and its starts bear. */
  token: string;
  task: "torment.double" | "torment.echo" | "torment.express" | "torment.nap" | "torment.fail";
  args: unknown[];
  /** Options of the call, under their names on the wire. */
  options: { countdown?: number; idempotency_key?: string; task_id?: string };
  /** How often workerd had died when it was first sent. */
  sentAfter: number;
}

/** What a client sends in one request: one task, or many at once. */
export interface Sending {
  orders: Order[];
  bulk: boolean;
  /** So many seconds the answer is held for the result. 0: not at all. */
  wait: number;
  /** It may be sent again when its answer was lost: every call in it has a key or an id of its own. */
  repeatable: boolean;
}

const BULK = { chance: 0.06, least: 10, most: 80 };
const KEYED = 0.5;
const NAMED = 0.1;
const WAITED = 0.1;
const DELAYED = 0.15;
const LONG_NAP = 0.03;

/** Makes the next request, by chance. `number` is its number, for tokens that are never given twice. */
export function nextSending(random: Random, number: number, deaths: number): Sending {
  const bulk = random.chance(BULK.chance);
  const keyed = random.chance(KEYED);
  const count = bulk ? random.between(BULK.least, BULK.most) : 1;
  const orders = Array.from({ length: count }, (_, index) => nextOrder(random, `${number}-${index}`, deaths));
  const [first] = orders;
  const named = !bulk && !keyed && random.chance(NAMED);
  if (keyed) for (const order of orders) order.options.idempotency_key = `key ${order.token}`;
  if (named && first !== undefined) first.options.task_id = random.uuid();
  return { orders, bulk, wait: !bulk && random.chance(WAITED) ? 2 : 0, repeatable: keyed || named };
}

function nextOrder(random: Random, token: string, deaths: number): Order {
  const options: Order["options"] = random.chance(DELAYED) ? { countdown: random.between(1, 40) / 10 } : {};
  const order = (task: Order["task"], ...args: unknown[]): Order => ({ token, task, args, options, sentAfter: deaths });
  switch (random.between(0, 9)) {
    case 0:
      return order("torment.fail", token);
    case 1:
      return order("torment.express", token);
    case 2:
    case 3:
      return order("torment.nap", token, random.chance(LONG_NAP) ? random.between(10, 20) / 10 : random.between(2, 20) / 50);
    case 4:
      return order("torment.double", Number(token.replace("-", ".")));
    default:
      return order("torment.echo", token);
  }
}

/** What a finished order's document must say; undefined when it does. */
export function findFault(order: Order, status: string, result: unknown): string | undefined {
  const { task, token, args } = order;
  if (task === "torment.fail") {
    const message = status === "FAILURE" ? field(result, "exc_message") : undefined;
    return Array.isArray(message) && message[0] === token ? undefined : `expected FAILURE with "${token}"`;
  }
  const right = task === "torment.double" ? result === 2 * Number(args[0]) : field(result, "token") === token;
  return status === "SUCCESS" && right ? undefined : `expected SUCCESS with its own value`;
}

/** A field of a JSON object; undefined when there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
