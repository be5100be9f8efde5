import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { tellError } from "./toast.tsx";

/** A button that does something which takes time: it is busy meanwhile, and what goes wrong is told. */
export function ActionButton({
  act,
  tone,
  disabled,
  label,
  children,
}: {
  act: () => Promise<unknown> | unknown;
  tone?: "primary" | "danger" | "quiet";
  disabled?: boolean;
  /** What screen readers say, where the words shown are too few. */
  label?: string;
  children: ComponentChildren;
}) {
  const [isBusy, setBusy] = useState(false);
  const onClick = async () => {
    if (isBusy) return;
    setBusy(true);
    try {
      await act();
    } catch (error) {
      tellError(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <button type="button" class={tone} aria-busy={isBusy} disabled={disabled} aria-label={label} onClick={onClick}>
      {children}
    </button>
  );
}
