import { EmptyNote } from "../../parts/notes.tsx";
import { Page } from "../../parts/panel.tsx";

/** The page Workflow. */
export function WorkflowPage() {
  return (
    <Page title="Workflow">
      <EmptyNote title="Not here yet" />
    </Page>
  );
}
