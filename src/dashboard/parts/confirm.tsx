import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

interface Question {
  title: string;
  /** What will happen, and whether it can be undone. */
  text: string;
  /** The verb on the button. */
  action: string;
  tone: "primary" | "danger";
  answer(isYes: boolean): void;
}

const question = signal<Question | undefined>(undefined);

/** Asks before something is done; resolves with whether it is to be. */
export function confirm(asked: { title: string; text: string; action: string; tone?: "primary" | "danger" }): Promise<boolean> {
  question.peek()?.answer(false);
  return new Promise((resolve) => {
    question.value = {
      tone: "danger",
      ...asked,
      answer(isYes) {
        question.value = undefined;
        resolve(isYes);
      },
    };
  });
}

/** The dialog; once in the layout. */
export function ConfirmDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const asked = question.value;
  useEffect(() => {
    if (asked !== undefined) dialog.current?.showModal();
  }, [asked]);
  if (asked === undefined) return null;
  return (
    <dialog ref={dialog} aria-labelledby="confirm-title" aria-describedby="confirm-text" onClose={() => asked.answer(false)}>
      <h2 id="confirm-title">{asked.title}</h2>
      <p id="confirm-text" class="lines">
        {asked.text}
      </p>
      <div class="actions">
        <button type="button" onClick={() => asked.answer(false)}>
          Cancel
        </button>
        <button type="button" class={asked.tone} onClick={() => asked.answer(true)}>
          {asked.action}
        </button>
      </div>
    </dialog>
  );
}
