import { EmptyNote } from "../../parts/notes.tsx";
import { Page } from "../../parts/panel.tsx";

/** The page Beat. */
export function BeatPage() {
  return (
    <Page title="Beat">
      <EmptyNote title="Not here yet" />
    </Page>
  );
}
