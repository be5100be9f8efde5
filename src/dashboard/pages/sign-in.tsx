import { useRef, useState } from "preact/hooks";
import { errorText } from "../parts/error-text.ts";
import { signIn } from "../session.ts";

/** Asks for a key. It leaves this form only in the header of one request. */
export function SignIn({ why }: { why: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [fault, setFault] = useState("");
  const [isBusy, setBusy] = useState(false);
  const send = async (event: Event) => {
    event.preventDefault();
    const key = field.current?.value.trim() ?? "";
    if (key === "") return field.current?.focus();
    setBusy(true);
    setFault("");
    try {
      await signIn(key);
    } catch (error) {
      setFault(errorText(error));
      field.current?.select();
    } finally {
      setBusy(false);
    }
  };
  return (
    <main class="sign-in">
      <form class="panel" onSubmit={send}>
        <img src="icon.svg" alt="" width="48" height="48" />
        <h1>Celeriac</h1>
        {why !== "" && <p>{why}</p>}
        <label>
          Key
          <input
            ref={field}
            type="password"
            autocomplete="current-password"
            spellcheck={false}
            aria-describedby="key-hint"
            aria-invalid={fault !== ""}
          />
        </label>
        <p id="key-hint" class="faint">
          One of the deployment's keys (<code>CELERIAC_KEYS</code>). It is exchanged for a session of twelve hours that no script can read.
        </p>
        {fault !== "" && (
          <p class="fault" role="alert">
            {fault}
          </p>
        )}
        <button type="submit" class="primary" aria-busy={isBusy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
