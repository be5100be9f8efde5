import type { ComponentChildren } from "preact";
import { useEffect, useId } from "preact/hooks";

/** A page: its name as title and heading, what can be done on it, and what it shows. */
export function Page({
  title,
  hint,
  actions,
  children,
}: {
  title: string;
  hint?: ComponentChildren;
  actions?: ComponentChildren;
  children: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${title} · Celeriac`;
  }, [title]);
  return (
    <>
      <div class="page-head">
        <h1 tabIndex={-1}>{title}</h1>
        {hint !== undefined && <div class="hint">{hint}</div>}
        <div class="actions">{actions}</div>
      </div>
      {children}
    </>
  );
}

/** A part of a page under a heading of its own. */
export function Panel({
  title,
  aside,
  flush,
  children,
}: {
  title: string;
  aside?: ComponentChildren;
  flush?: boolean;
  children: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{title}</h2>
        {aside !== undefined && <div class="aside">{aside}</div>}
      </div>
      <div class={flush ? "panel-body flush" : "panel-body"}>{children}</div>
    </section>
  );
}

/** A number that is looked at, and what it is. */
export function Figure({
  label,
  value,
  note,
  tone,
}: {
  label: string;
  value: ComponentChildren;
  note?: ComponentChildren;
  tone?: "bad" | "good";
}) {
  return (
    <div class="figure" data-tone={tone}>
      <dt>{label}</dt>
      <dd>
        {value}
        {note !== undefined && <span class="figure-note">{note}</span>}
      </dd>
    </div>
  );
}

/** Pairs of a name and a value, one under another. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ComponentChildren] | false | undefined)[] }) {
  return (
    <dl class="facts">
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact[0]}>
              <dt>{fact[0]}</dt>
              <dd>{fact[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
