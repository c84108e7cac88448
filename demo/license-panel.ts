/** The licence of this page: how it stands, what is not reported yet, and a switch that plays a network that is gone. */
import type { BarcodeReader, LicenseStanding } from "../src/index.js";
import { byId, make } from "./page.js";
import { describeTrouble } from "./trouble.js";

/** What `npm start` says of the licence server that it runs beside the page; empty without one. */
export interface DemoLicense {
  readonly license?: string;
  /** Origin of the licence server. */
  readonly server?: string;
}

export async function findLicense(): Promise<DemoLicense> {
  try {
    const response = await fetch("license.json");
    return response.ok ? ((await response.json()) as DemoLicense) : {};
  } catch {
    return {};
  }
}

const dateTime = (at: number | undefined): string => (at === undefined ? "–" : new Date(at).toLocaleString());

export class LicensePanel {
  readonly #server: string | undefined;
  readonly #fetch = globalThis.fetch.bind(globalThis);
  #reader: BarcodeReader | undefined;

  constructor({ license, server }: DemoLicense) {
    this.#server = server;
    byId("license").hidden = license === undefined;
    if (license === undefined) return;
    globalThis.fetch = (input, init) =>
      this.#isCut(input) ? Promise.reject(new TypeError("offline")) : this.#fetch(input, init);
    byId("license-report").addEventListener("click", () => void this.#report());
    byId<HTMLInputElement>("license-offline").addEventListener("change", () => void this.show());
  }

  watch(reader: BarcodeReader): void {
    this.#reader = reader;
    reader.license?.addEventListener("change", () => void this.show());
    reader.meter.addEventListener("usage", () => void this.show());
    void this.show();
  }

  /** A licence that could not be had. */
  refuse(error: unknown): void {
    const { code } = describeTrouble(error);
    this.#showRows([
      ["State", code],
      ["What to do", error instanceof Error ? error.message : String(error)],
    ]);
  }

  async show(): Promise<void> {
    const reader = this.#reader;
    const standing = reader?.license?.standing;
    if (!reader || !standing) return;
    const { cells } = await reader.meter.pending();
    const waiting = cells.map(({ metric, day, count }) => `${metric} ${day}: ${count}`).join(", ");
    this.#showRows([
      ["State", stateOf(standing)],
      ["Type", standing.type ?? "–"],
      ["Left", left(standing)],
      ["Licence until", dateTime(standing.until)],
      ["Works offline until", dateTime(standing.offlineUntil)],
      ["Not reported", `${reader.meter.unreported}`],
      ["Next report", waiting || "nothing"],
      ["This device", reader.meter.deviceId],
    ]);
  }

  async #report(): Promise<void> {
    const button = byId<HTMLButtonElement>("license-report");
    button.disabled = true;
    await this.#reader?.license?.refresh().catch(() => undefined);
    button.disabled = false;
    await this.show();
  }

  #isCut(input: RequestInfo | URL): boolean {
    if (this.#server === undefined || !byId<HTMLInputElement>("license-offline").checked) return false;
    const url = input instanceof Request ? input.url : String(input);
    return url.startsWith(this.#server);
  }

  #showRows(rows: readonly (readonly [name: string, value: string])[]): void {
    const items = rows.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)]);
    byId("license-rows").replaceChildren(...items);
  }
}

function stateOf({ isAllowed, isTrial, refusal }: LicenseStanding): string {
  if (!isAllowed) return refusal ? `${refusal.message} ${refusal.remedy}` : "not allowed";
  return isTrial ? "in force, on trial" : "in force";
}

const left = ({ remaining }: LicenseStanding): string =>
  remaining === undefined || !Number.isFinite(remaining) ? "–" : remaining.toLocaleString();
