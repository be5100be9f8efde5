import { signal } from "@preact/signals";

/** `system` follows the device. */
export type Theme = "system" | "light" | "dark";

const NAME = "celeriac-theme";
const ORDER: readonly Theme[] = ["system", "light", "dark"];

/** How the page is coloured. It is remembered in this browser; nothing else is. */
export const theme = signal<Theme>(ORDER.find((one) => one === localStorage.getItem(NAME)) ?? "system");

theme.subscribe((chosen) => {
  document.documentElement.dataset.theme = chosen;
  localStorage.setItem(NAME, chosen);
});

/** Goes on to the next of system, light and dark. */
export function nextTheme(): void {
  theme.value = ORDER[(ORDER.indexOf(theme.value) + 1) % ORDER.length] ?? "system";
}
