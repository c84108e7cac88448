/** The tally of this device, live from the meters: today by format as tally marks, and earlier days as a table. */
import type { BarcodeReader } from "../src/index.js";
import { formatLabel } from "./format-label.js";
import { byId, make } from "./page.js";
import { tallyMarks } from "./tally-marks.js";

type Meter = BarcodeReader["meter"];
type DayUsage = Awaited<ReturnType<Meter["usage"]>>[number];

const byCount = ([, a]: readonly [string, number], [, b]: readonly [string, number]): number => b - a;

export class Tally {
  #meter: Meter | undefined;
  readonly #refresh = () => void this.show();

  /** Counts of every meter of this page are in one store, so any of them tells all; each one's changes are listened to. */
  watch(meter: Meter): void {
    this.#meter = meter;
    meter.addEventListener("usage", this.#refresh);
    this.#refresh();
  }

  unwatch(meter: Meter): void {
    meter.removeEventListener("usage", this.#refresh);
  }

  async show(): Promise<void> {
    const days = (await this.#meter?.usage().catch(() => [])) ?? [];
    const today = days.find((usage) => usage.day === new Date().toISOString().slice(0, 10));
    byId("tally-empty").hidden = days.length > 0;
    byId("tally-total").textContent = today ? `${today.total} today` : "";
    showFormats(today);
    showDays(days);
  }
}

function showFormats(today: DayUsage | undefined): void {
  const table = byId<HTMLTableElement>("tally-formats");
  const rows = Object.entries(today?.formats ?? {})
    .toSorted(byCount)
    .map(([format, count]) =>
      make(
        "tr",
        {},
        make("th", { scope: "row" }, formatLabel(format)),
        make("td", {}, tallyMarks(count)),
        make("td", {}, count.toLocaleString()),
      ),
    );
  table.tBodies[0]?.replaceChildren(...rows);
  table.hidden = rows.length === 0;
}

function showDays(days: readonly DayUsage[]): void {
  const details = byId<HTMLDetailsElement>("tally-days");
  const rows = days.toReversed().map(({ day, total, formats }) => {
    const parts = Object.entries(formats).toSorted(byCount);
    const text = parts.map(([format, count]) => `${formatLabel(format)} ${count}`).join(", ");
    return make(
      "tr",
      {},
      make("th", { scope: "row" }, day),
      make("td", {}, total.toLocaleString()),
      make("td", {}, text),
    );
  });
  details.querySelector("tbody")?.replaceChildren(...rows);
  details.hidden = rows.length === 0;
}
