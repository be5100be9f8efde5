import { signal } from "@preact/signals";
import { Client } from "../client/client.ts";
import { UnauthorizedProblem } from "../client/problem.ts";

/** What a key allows. */
export type Scope = "submit" | "read" | "control";

/** Whether somebody is signed in. `asking`: not known yet; `out`: a key is needed. */
export type Session =
  | { status: "asking" }
  | { status: "failed"; error: unknown }
  | { status: "out"; why: string }
  | { status: "in"; name: string; scopes: readonly Scope[]; isOpen: boolean };

interface SessionDocument {
  /** The key's name; null: no key is asked for (the local runner). */
  name: string | null;
  scopes: Scope[];
}

/** Who is signed in. The key itself is kept nowhere: the deployment answers it with a cookie that no script can read. */
export const session = signal<Session>({ status: "asking" });

/** The deployment that this page is from. */
export const client = new Client({ url: new URL("..", location.href.replace(/[?#].*/, "")).href, retries: 2, fetch: watchedFetch });

/** Whether what is signed in allows something. Buttons that would be refused are not shown. */
export function may(scope: Scope): boolean {
  const now = session.value;
  return now.status === "in" && now.scopes.includes(scope);
}

/** Asks who is signed in. */
export async function resume(): Promise<void> {
  try {
    enter(await client.request<SessionDocument>({ method: "GET", path: "/v1/session" }));
  } catch (error) {
    session.value = error instanceof UnauthorizedProblem ? { status: "out", why: "" } : { status: "failed", error };
  }
}

/** Signs in with a key. @throws Problem for a key that is none */
export async function signIn(key: string): Promise<void> {
  const headers = { authorization: `Bearer ${key}` };
  enter(await client.request<SessionDocument>({ method: "POST", path: "/v1/session", headers, repeatable: "nature" }));
}

/** Signs out: the cookie is taken away. */
export async function signOut(): Promise<void> {
  await client.request({ method: "DELETE", path: "/v1/session" });
  session.value = { status: "out", why: "Signed out." };
}

function enter({ name, scopes }: SessionDocument): void {
  session.value = { status: "in", name: name ?? "", scopes, isOpen: name === null };
}

/** A session that is over is noticed by whatever is asked next. */
async function watchedFetch(url: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(url, { ...init, credentials: "same-origin" });
  if (answer.status === 401 && session.peek().status === "in") session.value = { status: "out", why: "The session is over." };
  return answer;
}
