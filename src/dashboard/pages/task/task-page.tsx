import { EmptyNote } from "../../parts/notes.tsx";
import { Page } from "../../parts/panel.tsx";

/** The page Task. */
export function TaskPage() {
  return (
    <Page title="Task">
      <EmptyNote title="Not here yet" />
    </Page>
  );
}
