import { systemClock } from "../../../clock.ts";
import { listen } from "../../feed.ts";
import { Recorder } from "./recorder.ts";

/** What this page has seen since the overview was first shown. It goes on while other pages are. */
export const recorder = new Recorder(systemClock.now());

listen((events) => recorder.take(events, systemClock.now()));
