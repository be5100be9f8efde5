import { setPriority } from "node:os";
import { expect } from "vitest";

/** How "nice" a story is that passes beside beat's, which shows at which instant an idle beat sends, not how busy the machine is. */
const NICE = 10;

if (!expect.getState().testPath?.endsWith("/test/stories/beat.test.ts")) setPriority(NICE);
