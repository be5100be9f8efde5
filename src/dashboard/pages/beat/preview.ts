import { useEffect, useState } from "preact/hooks";
import { type Polled, usePolled } from "../../polled.ts";
import { client } from "../../session.ts";

/** How long nothing is written before it is asked what it means. */
const PAUSE_MILLISECONDS = 250;

/** When a schedule would be due. */
export interface Preview {
  fires: readonly Date[];
  /** Why it never is. */
  warning?: string;
}

/** What is asked: a schedule, the zone it is read in, and after which instant. */
export interface PreviewAsked {
  schedule: unknown;
  /** "" for the deployment's. */
  timezone: string;
  /** Default: now. */
  from?: Date;
  count: number;
}

/** Asks the deployment when a schedule is due, once nothing changes for a moment. undefined: there is nothing to ask. */
export function usePreview(asked: PreviewAsked | undefined): Polled<Preview | undefined> {
  const body = asked === undefined ? "" : JSON.stringify({ ...asked, timezone: asked.timezone || undefined });
  const late = useLate(body);
  const polled = usePolled(() => preview(late), 0, [late]);
  // What was answered to an earlier question is no answer to this one.
  return late === body ? polled : { ...polled, value: undefined, error: undefined };
}

async function preview(body: string): Promise<Preview | undefined> {
  if (body === "") return undefined;
  const asked = { method: "POST", path: "/v1/schedules/preview", body } as const;
  const { fires, warning } = await client.request<{ fires: string[]; warning?: string }>(asked);
  return { fires: fires.map((time) => new Date(time)), ...(warning === undefined ? {} : { warning }) };
}

function useLate(text: string): string {
  const [late, setLate] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setLate(text), PAUSE_MILLISECONDS);
    return () => clearTimeout(timer);
  }, [text]);
  return late;
}

/** The deployment's own time zone; undefined: not known yet. */
export function useTimezone(): string | undefined {
  const ask = async () => Object.values(await client.inspect<Record<string, { timezone: string }>>("conf"))[0]?.timezone;
  return usePolled(ask, 0).value;
}
