import { EmptyNote } from "../../parts/notes.tsx";
import { Page } from "../../parts/panel.tsx";

/** The page Tasks. */
export function TasksPage() {
  return (
    <Page title="Tasks">
      <EmptyNote title="Not here yet" />
    </Page>
  );
}
