import { EmptyNote } from "../../parts/notes.tsx";
import { Page } from "../../parts/panel.tsx";

/** The page Submit. */
export function SubmitPage() {
  return (
    <Page title="Submit">
      <EmptyNote title="Not here yet" />
    </Page>
  );
}
