/** One start of a task, as the tally notes it. */
export interface Start {
  /** Counts all starts, from 1. */
  number: number;
  /** The call's own mark. */
  token: string;
  id: string;
  /** Which attempt it was: `request.deliveries`. */
  delivery: number;
}
