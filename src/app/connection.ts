import type { Clock } from "../clock.ts";
import type { Config } from "../core/config.ts";
import { ImproperlyConfigured } from "../core/errors.ts";
import type { CanvasHome } from "./canvas/canvas-home.ts";
import type { Transport } from "./transport.ts";

/** What an app needs to send calls and read results. */
export interface Connection {
  transport: Transport;
  config: Config;
  clock: Clock;
  /** The Worker script's bindings, for handlers that run where they are called; in the worker they come with the batch. */
  env?: unknown;
}

/** An app's connection, filled in once by `Celeriac.connect`; its tasks and results hold the same one. */
export class ConnectionHolder {
  #connection: Connection | undefined;
  readonly #app: string;
  /** The way of the app's signatures. */
  canvases: CanvasHome | undefined;

  /** `app` is the app's name, for messages. */
  constructor(app: string) {
    this.#app = app;
  }

  /** Puts the connection in; a second one takes the first one's place. Undefined: there is none. */
  set(connection: Connection | undefined): void {
    this.#connection = connection;
  }

  /** The connection, if there is one. */
  find(): Connection | undefined {
    return this.#connection;
  }

  /** The connection; throws `ImproperlyConfigured` when there is none yet. */
  get(): Connection {
    if (this.#connection !== undefined) return this.#connection;
    throw new ImproperlyConfigured(
      `the app '${this.#app}' is not connected to a broker: inside the Worker \`deploy(app)\` connects it, ` +
        "elsewhere call app.connect({ transport, config, clock })",
    );
  }
}
