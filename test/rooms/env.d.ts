import type { Env as ProductEnv } from "../../src/env.ts";

declare global {
  namespace Cloudflare {
    /** What `import { env } from "cloudflare:workers"` gives the tests of the rooms. */
    interface Env extends ProductEnv {}
  }
}
