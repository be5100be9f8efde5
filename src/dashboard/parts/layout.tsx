import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { feedStatus, listen, pauseFeed } from "../feed.ts";
import { place, to } from "../router.ts";
import { may, session, signOut } from "../session.ts";
import { nextTheme, theme } from "../theme.ts";
import { ActionButton } from "./button.tsx";
import { ConfirmDialog } from "./confirm.tsx";
import { Toasts } from "./toast.tsx";

const FEED_WORDS = { connecting: "Connecting", live: "Live", lost: "Reconnecting", paused: "Paused" } as const;
const THEME_WORDS = { system: "Auto", light: "Light", dark: "Dark" } as const;

/** The frame around every page: the way from one to another, whether it is live, colours, who is signed in. */
export function Layout({ children }: { children: ComponentChildren }) {
  const main = useRef<HTMLElement>(null);
  const { page, id } = place.value;
  const isFirst = useRef(true);
  // Whatever page is shown: the header tells how it stands with the stream.
  useEffect(() => listen(() => {}), []);
  useEffect(() => {
    // Who came by keyboard is to go on at the new page's beginning.
    if (!isFirst.current) main.current?.querySelector("h1")?.focus();
    isFirst.current = false;
    scrollTo(0, 0);
  }, [page, id]);
  return (
    <>
      <button type="button" class="skip" onClick={() => main.current?.focus()}>
        Skip to the page
      </button>
      <header class="top">
        <a class="brand" href={to("")}>
          <img src="icon.svg" alt="" width="24" height="24" />
          Celeriac
        </a>
        <nav aria-label="Pages">
          <Tab page="" words="Overview" />
          <Tab page="tasks" words="Tasks" also={["task", "workflow"]} />
          <Tab page="beat" words="Beat" />
          {may("submit") && <Tab page="submit" words="Submit" />}
        </nav>
        <div class="tools">
          <FeedSwitch />
          <button type="button" class="quiet" aria-label={`Colours: ${THEME_WORDS[theme.value]}. Change`} onClick={nextTheme}>
            ◐ <span class="wide">{THEME_WORDS[theme.value]}</span>
          </button>
          <Visitor />
        </div>
      </header>
      <main id="main" ref={main} tabIndex={-1}>
        {children}
      </main>
      <ConfirmDialog />
      <Toasts />
    </>
  );
}

function Tab({ page, words, also = [] }: { page: string; words: string; also?: readonly string[] }) {
  const here = place.value.page;
  const isHere = here === page || also.includes(here);
  return (
    <a href={to(page)} aria-current={isHere ? "page" : undefined}>
      {words}
    </a>
  );
}

function FeedSwitch() {
  const status = feedStatus.value;
  const isPaused = status === "paused";
  return (
    <button
      type="button"
      class="quiet feed"
      data-status={status}
      aria-label={`Events: ${FEED_WORDS[status]}. ${isPaused ? "Go on" : "Pause"}`}
      onClick={() => pauseFeed(!isPaused)}
    >
      <span class="dot" aria-hidden="true" />
      <span class="wide">{FEED_WORDS[status]}</span>
    </button>
  );
}

function Visitor() {
  const now = session.value;
  if (now.status !== "in" || now.isOpen) return null;
  return (
    <>
      <span class="who wide" title={`This key may: ${now.scopes.join(", ")}`}>
        {now.name}
        {!now.scopes.includes("control") && <em> read-only</em>}
      </span>
      <ActionButton tone="quiet" act={signOut}>
        Sign out
      </ActionButton>
    </>
  );
}
