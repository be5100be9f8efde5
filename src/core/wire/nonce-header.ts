/** The request header by which a submit may be sent again: `Celeriac-Nonce: <UUID>; attempt=2; age=1.5`. */
export const NONCE_HEADER = "celeriac-nonce";

/** One sending of a submit. */
export interface Sending {
  /** Made by the sender, a UUID, the same for every sending of one submit. */
  nonce: string;
  /** 1 for the first sending. */
  attempt: number;
  /** For how many seconds it has been sent; 0 for the first. A span and no instant, so that no two clocks must agree. */
  ageSeconds: number;
}

const SHAPE = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:; *attempt=(\d{1,4}))?(?:; *age=(\d{1,6}(?:\.\d{1,6})?))?$/i;

/** Writes the header's value. */
export function writeNonceHeader({ nonce, attempt, ageSeconds }: Sending): string {
  return `${nonce}; attempt=${attempt}; age=${ageSeconds.toFixed(3)}`;
}

/** Reads the header's value; without `attempt` it is the first, without `age` just sent. Undefined for text that is none, and for an attempt 0. */
export function readNonceHeader(text: string): Sending | undefined {
  const [, nonce, attempt = "1", age = "0"] = SHAPE.exec(text) ?? [];
  if (nonce === undefined || Number(attempt) === 0) return undefined;
  return { nonce: nonce.toLowerCase(), attempt: Number(attempt), ageSeconds: Number(age) };
}
