import { EmptyNote } from "../../parts/notes.tsx";
import { Page } from "../../parts/panel.tsx";

/** The page Overview. */
export function OverviewPage() {
  return (
    <Page title="Overview">
      <EmptyNote title="Not here yet" />
    </Page>
  );
}
