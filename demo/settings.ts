/**
 * What a visitor has set: kept in localStorage, shown in the form, turned into options of reader and scanner. Settings
 * only; no result is ever stored.
 */
import type { BarcodeFormat, Effort, ReadOptions, Region } from "../src/index.js";
import { FORMAT_NAMES } from "../src/index.js";
import { formatLabel } from "./format-label.js";
import { byId, make } from "./page.js";

export interface Settings {
  readonly formats: readonly BarcodeFormat[];
  readonly region: "whole" | "band" | "square" | "own";
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly minConfidence: number;
  readonly forgetSeconds: number;
  readonly effort: "auto" | Effort;
  readonly inverted: boolean;
  readonly beep: boolean;
  readonly vibrate: boolean;
}

const DEFAULTS: Settings = {
  formats: [],
  region: "whole",
  left: 10,
  top: 25,
  right: 90,
  bottom: 75,
  minConfidence: 30,
  forgetSeconds: 3,
  effort: "auto",
  inverted: true,
  beep: false,
  vibrate: false,
};

const KEY = "tallymark-demo:settings";

/** The stored settings over the defaults; whatever does not fit any more is left out. */
export function loadSettings(): Settings {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
    const known = Object.entries(DEFAULTS).map(([name, fallback]) => {
      const value = stored[name];
      return [name, typeof value === typeof fallback ? value : fallback];
    });
    const settings = Object.fromEntries(known) as Settings;
    const formats = Array.isArray(settings.formats) ? settings.formats : [];
    return { ...settings, formats: formats.filter((name) => FORMAT_NAMES.includes(name)) };
  } catch {
    return DEFAULTS;
  }
}

function saveSettings(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Storage is full or barred; the settings then hold until the page closes.
  }
}

const PRESETS: Readonly<Record<"band" | "square", Region>> = {
  band: { left: 5, top: 35, right: 95, bottom: 65 },
  square: { left: 20, top: 20, right: 80, bottom: 80 },
};

/** The region of the settings, or undefined for the whole picture. */
export function regionOf({ region, left, top, right, bottom }: Settings): Region | undefined {
  if (region === "whole") return undefined;
  if (region !== "own") return PRESETS[region];
  return right > left && bottom > top ? { left, top, right, bottom } : undefined;
}

/** The settings as read options of the library. */
export function readOptionsOf(settings: Settings): ReadOptions {
  const region = regionOf(settings);
  return {
    ...(settings.formats.length > 0 && { formats: settings.formats }),
    ...(region && { region }),
    ...(settings.effort !== "auto" && { effort: settings.effort }),
    minConfidence: settings.minConfidence,
    inverted: settings.inverted,
  };
}

/** Connects the form to the settings and tells of every change. */
export class SettingsForm {
  #settings = loadSettings();
  readonly #form = byId<HTMLFormElement>("settings-form");
  readonly #onChange: (settings: Settings) => void;

  constructor(onChange: (settings: Settings) => void) {
    this.#onChange = onChange;
    byId("formats").append(
      ...FORMAT_NAMES.map((name) =>
        make(
          "label",
          { className: "chip" },
          make("input", { type: "checkbox", name: "formats", value: name }),
          formatLabel(name),
        ),
      ),
    );
    this.#show();
    this.#form.addEventListener("input", () => this.#read());
    this.#form.addEventListener("submit", (event) => event.preventDefault());
    byId("reset").addEventListener("click", () => {
      this.#settings = DEFAULTS;
      this.#show();
      this.#read();
    });
  }

  get settings(): Settings {
    return this.#settings;
  }

  #field<T extends HTMLInputElement | HTMLSelectElement>(name: keyof Settings): T {
    return this.#form.elements.namedItem(name) as T;
  }

  #formatBoxes(): HTMLInputElement[] {
    return Array.from(this.#form.querySelectorAll<HTMLInputElement>('input[name="formats"]'));
  }

  #show(): void {
    for (const box of this.#formatBoxes()) box.checked = this.#settings.formats.includes(box.value as BarcodeFormat);
    for (const name of Object.keys(DEFAULTS) as (keyof Settings)[]) {
      if (name === "formats") continue;
      const field = this.#field(name);
      const value = this.#settings[name];
      if (field instanceof HTMLInputElement && field.type === "checkbox") field.checked = value === true;
      else field.value = String(value);
    }
    this.#describe();
  }

  #read(): void {
    const number = (name: keyof Settings) => Number(this.#field<HTMLInputElement>(name).value);
    const flag = (name: keyof Settings) => this.#field<HTMLInputElement>(name).checked;
    const ticked = this.#formatBoxes().filter((box) => box.checked);
    this.#settings = {
      formats: ticked.map((box) => box.value as BarcodeFormat),
      region: this.#field<HTMLSelectElement>("region").value as Settings["region"],
      left: number("left"),
      top: number("top"),
      right: number("right"),
      bottom: number("bottom"),
      minConfidence: number("minConfidence"),
      forgetSeconds: number("forgetSeconds"),
      effort: this.#field<HTMLSelectElement>("effort").value as Settings["effort"],
      inverted: flag("inverted"),
      beep: flag("beep"),
      vibrate: flag("vibrate"),
    };
    saveSettings(this.#settings);
    this.#describe();
    this.#onChange(this.#settings);
  }

  /** Says what is set, beside the sliders and in the folded summary. */
  #describe(): void {
    const { formats, region, minConfidence, forgetSeconds } = this.#settings;
    const output = (name: string, text: string) => {
      const element = this.#form.querySelector(`output[data-of="${name}"]`);
      if (element) element.textContent = text;
    };
    output("minConfidence", String(minConfidence));
    output("forgetSeconds", `${forgetSeconds} s`);
    byId("edges").hidden = region !== "own";
    const what = formats.length === 0 ? "all formats" : formats.map(formatLabel).join(", ");
    const where = region === "whole" ? "" : region === "own" ? ", own region" : `, ${region}`;
    byId("settings-summary").textContent = what + where;
  }
}
