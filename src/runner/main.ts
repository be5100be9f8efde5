/** The local runner, `npm start`: builds the Worker that `wrangler.toml` describes and runs it on this machine. See `--help`. */
import { runRunner } from "./runner-program.ts";

process.exit(await runRunner(process.argv.slice(2)));
