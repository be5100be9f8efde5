import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { SignIn } from "./pages/sign-in.tsx";
import { Layout } from "./parts/layout.tsx";
import { EmptyNote, ErrorNote, LoadingNote } from "./parts/notes.tsx";
import { Page } from "./parts/panel.tsx";
import { place, to } from "./router.ts";
import { resume, session } from "./session.ts";

/** The pages, by the first part of their address; each is fetched when it is first shown. */
const PAGES: Readonly<Record<string, () => Promise<ComponentType>>> = {
  "": async () => (await import("./pages/overview/overview-page.tsx")).OverviewPage,
  tasks: async () => (await import("./pages/tasks/tasks-page.tsx")).TasksPage,
  task: async () => (await import("./pages/task/task-page.tsx")).TaskPage,
  workflow: async () => (await import("./pages/workflow/workflow-page.tsx")).WorkflowPage,
  beat: async () => (await import("./pages/beat/beat-page.tsx")).BeatPage,
  submit: async () => (await import("./pages/submit/submit-page.tsx")).SubmitPage,
};

/** The dashboard: the sign-in where a key is needed, else the page that the address names. */
export function App() {
  const now = session.value;
  if (now.status === "asking") return <LoadingNote />;
  if (now.status === "failed") return <ErrorNote error={now.error} again={resume} />;
  if (now.status === "out") return <SignIn why={now.why} />;
  return (
    <Layout>
      <Shown page={place.value.page} />
    </Layout>
  );
}

function Shown({ page }: { page: string }) {
  const [loaded, setLoaded] = useState<{ page: string; Component?: ComponentType; error?: unknown }>({ page: "" });
  useEffect(() => {
    let isOver = false;
    const load = Object.hasOwn(PAGES, page) ? PAGES[page] : undefined;
    load?.().then(
      (Component) => isOver || setLoaded({ page, Component }),
      (error: unknown) => isOver || setLoaded({ page, error }),
    );
    return () => {
      isOver = true;
    };
  }, [page]);
  if (!Object.hasOwn(PAGES, page)) return <Nowhere />;
  if (loaded.page === page && loaded.error !== undefined) return <ErrorNote error={loaded.error} again={() => location.reload()} />;
  if (loaded.page !== page || loaded.Component === undefined) return <LoadingNote rows={6} />;
  return <loaded.Component />;
}

function Nowhere() {
  return (
    <Page title="Nothing here">
      <EmptyNote title="No page has this address">
        <p>
          <a href={to("")}>Go to the overview</a>
        </p>
      </EmptyNote>
    </Page>
  );
}
