import { useState } from "preact/hooks";
import { tellError } from "./toast.tsx";

const SHOWN_MILLISECONDS = 1_500;

/** Copies a text. */
export function CopyButton({ text, children = "Copy" }: { text: string | (() => string); children?: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === "string" ? text : text());
      setCopied(true);
      setTimeout(() => setCopied(false), SHOWN_MILLISECONDS);
    } catch (error) {
      tellError(error);
    }
  };
  return (
    <button type="button" class="quiet" onClick={copy}>
      {isCopied ? "Copied" : children}
    </button>
  );
}
