/** Two tabs that show one panel at a time, by mouse, touch and arrow keys (ARIA tabs pattern). */
import { byId } from "./page.js";

export class Tabs {
  readonly #tabs: readonly HTMLButtonElement[];
  readonly #onSelect: (id: string) => void;

  constructor(ids: readonly string[], onSelect: (id: string) => void) {
    this.#tabs = ids.map((id) => byId<HTMLButtonElement>(id));
    this.#onSelect = onSelect;
    for (const tab of this.#tabs) {
      tab.addEventListener("click", () => this.select(tab.id));
      tab.addEventListener("keydown", (event) => this.#move(event));
    }
  }

  select(id: string): void {
    const isNew = this.#tabs.some((tab) => tab.id === id && tab.getAttribute("aria-selected") !== "true");
    if (!isNew) return;
    for (const tab of this.#tabs) {
      const isChosen = tab.id === id;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      byId(tab.getAttribute("aria-controls") ?? "").hidden = !isChosen;
    }
    this.#onSelect(id);
  }

  #move(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const at = this.#tabs.indexOf(event.currentTarget as HTMLButtonElement);
    const next = this.#tabs[(at + step + this.#tabs.length) % this.#tabs.length];
    next?.focus();
    if (next) this.select(next.id);
    event.preventDefault();
  }
}
