import { render } from "preact";
import { App } from "./app.tsx";
import { resume } from "./session.ts";

void resume();
render(<App />, document.getElementById("app") ?? document.body);
