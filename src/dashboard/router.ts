import { computed, signal } from "@preact/signals";

/** Where the page stands: what follows `#/` in its address. No server is asked for it, so every place can be reloaded and sent on. */
export interface Place {
  /** The first part: `tasks`, `task`, `beat`; "" for the overview. */
  page: string;
  /** The second part, decoded: a task's id, a task's name. "" where there is none. */
  id: string;
  /** What follows `?`. */
  query: URLSearchParams;
}

const hash = signal(location.hash);
addEventListener("hashchange", () => {
  hash.value = location.hash;
});

/** The place that is shown now. */
export const place = computed((): Place => {
  const [path = "", query = ""] = hash.value.replace(/^#\/?/, "").split("?", 2);
  const [page = "", id = ""] = path.split("/");
  return { page, id: decoded(id), query: new URLSearchParams(query) };
});

/** What a place's query may be given: undefined, "" and [] leave a name out. */
export type PlaceQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/** The address of a place, for `href`: `to("task", id)`, `to("tasks", "", { status: ["FAILURE"] })`. */
export function to(page: string, id = "", query: PlaceQuery = {}): string {
  const written = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of typeof value === "string" ? [value] : (value ?? [])) if (one !== "") written.append(name, one);
  }
  return `#/${page}${id === "" ? "" : `/${encodeURIComponent(id)}`}${written.size > 0 ? `?${written}` : ""}`;
}

/** Goes to a place. `replace`: the browser's back button leads past the one that is left, as for each letter of a search. */
export function go(address: string, { replace = false } = {}): void {
  if (address === location.hash) return;
  if (!replace) {
    location.hash = address;
    return;
  }
  history.replaceState(null, "", address);
  hash.value = address;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
