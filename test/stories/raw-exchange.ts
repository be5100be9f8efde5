import { connect } from "node:net";

/** What came back on a connection. */
export interface RawAnswer {
  /** 0 when the connection was closed without an answer. */
  status: number;
  /** All bytes, head and body, as text. */
  text: string;
}

/** How long to wait for an answer, in milliseconds: some of these requests never end. */
const PATIENCE = 5_000;

/**
 * Sends bytes that no HTTP client would send, to a port of loopback, and takes what comes until the server closes or a whole answer is
 * there. With `halfClose` the sender ends its side first, as a client does that is gone.
 */
export function rawExchange(port: number, bytes: string, halfClose = false): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let text = "";
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true }, () => (halfClose ? socket.end(bytes) : socket.write(bytes)));
    const finish = () => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3}) /.exec(text)?.[1] ?? 0), text });
    };
    const timer = setTimeout(finish, PATIENCE);
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text)?.[1];
      if (length !== undefined && text.length >= text.indexOf("\r\n\r\n") + 4 + Number(length)) finish();
    });
    socket.on("end", finish);
    socket.on("error", finish);
  });
}
