// Light, dark, or for a projector: light, with large labels. public/appearance.js sets it before the first paint.
import { signal } from "@preact/signals";

const KEY = "glassnet-appearance";
const CHOICES = { light: "Light", dark: "Dark", projector: "Projector" } as const;
type Choice = keyof typeof CHOICES;

function current(): Choice {
  const { theme, size } = document.documentElement.dataset;
  return size === "projector" ? "projector" : theme === "dark" ? "dark" : "light";
}

export const appearance = signal<Choice>(current());

function choose(choice: Choice): void {
  appearance.value = choice;
  document.documentElement.dataset.theme = choice === "dark" ? "dark" : "light";
  document.documentElement.dataset.size = choice === "projector" ? "projector" : "desk";
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // a browser that keeps nothing: the choice holds until the page is left
  }
}

export function Appearance() {
  return (
    <select
      aria-label="Appearance"
      value={appearance.value}
      onChange={(event) => choose(event.currentTarget.value as Choice)}
    >
      {Object.entries(CHOICES).map(([value, label]) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
