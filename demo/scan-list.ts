/** The list of what was read: value, format, where, how sure. Keeps it on the page only, the newest first. */
import type { Barcode } from "../src/index.js";
import { formatIcon, formatLabel } from "./format-label.js";
import { byId, icon, make } from "./page.js";

/** So many are kept; older ones go. */
const MOST = 200;
const SHOWN_BYTES = 64;
/** How long a button says that it has copied. */
const COPIED_MS = 1500;

/** A link to open, for web addresses only; anything else (`javascript:`, `tel:` …) stays text. */
export function safeLink(value: string): URL | undefined {
  const trimmed = value.trim();
  if (!/^https?:\/\//i.test(trimmed) || trimmed.length > 2000) return undefined;
  try {
    const url = new URL(trimmed);
    return url.username === "" && url.password === "" ? url : undefined;
  } catch {
    return undefined;
  }
}

const round = (value: number): string => String(Math.round(value * 10) / 10);

function facts(barcode: Barcode, source: string): readonly (readonly [string, string])[] {
  const { details } = barcode;
  const rows: (readonly [string, string | undefined])[] = [
    ["From", source],
    ["Corners", barcode.cornerPoints.map(({ x, y }) => `${round(x)}, ${round(y)}`).join(" · ")],
    [
      "Direction",
      `${Math.round(barcode.orientation) % 360}°${barcode.isMirrored ? ", mirrored" : ""}${barcode.isInverted ? ", inverted" : ""}`,
    ],
    ["Add-on", barcode.addOn],
    ["AIM", barcode.symbologyIdentifier],
    ["Version", details.version === undefined ? undefined : [details.version, details.errorCorrectionLevel].join("-")],
    [
      "Corrected",
      details.errorCorrectionUsed === undefined
        ? undefined
        : `${Math.round(details.errorCorrectionUsed * 100)} % of what can be`,
    ],
    ["Module", details.moduleSize === undefined ? undefined : `${round(details.moduleSize)} px`],
    ["Scan lines", details.scanLines === undefined ? undefined : String(details.scanLines)],
    ["Part", barcode.structuredAppend && `${barcode.structuredAppend.index + 1} of ${barcode.structuredAppend.count}`],
    ["Bytes", bytesText(barcode.bytes)],
  ];
  return rows.filter((row): row is readonly [string, string] => row[1] !== undefined && row[1] !== "");
}

function bytesText(bytes: Uint8Array): string {
  const hex = Array.from(bytes.subarray(0, SHOWN_BYTES), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return bytes.length > SHOWN_BYTES ? `${hex} … (${bytes.length})` : hex;
}

async function copy(button: HTMLButtonElement, text: string): Promise<void> {
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.replaceChildren(icon("done"), "Copied");
  } catch {
    button.replaceChildren("Could not copy");
  }
  setTimeout(() => button.replaceChildren(icon("copy"), label ?? "Copy"), COPIED_MS);
}

function row(barcode: Barcode, source: string, at: Date): HTMLLIElement {
  const copyButton = make("button", { type: "button" }, icon("copy"), "Copy");
  copyButton.addEventListener("click", () => void copy(copyButton, barcode.rawValue));
  const link = safeLink(barcode.rawValue);
  const confidence = Math.round(barcode.confidence);
  const meter = make("meter", { min: 0, max: 100, low: 40, high: 70, optimum: 100, value: confidence });
  meter.setAttribute("aria-label", "Confidence");
  const list = make("dl", { className: "facts" });
  for (const [name, text] of facts(barcode, source)) {
    list.append(make("dt", {}, name), make("dd", { className: name === "Bytes" ? "bytes" : "" }, text));
  }
  const value = make("p", { className: "value" }, barcode.rawValue || "(empty)");
  // Long values scroll; a keyboard must be able to.
  if (barcode.rawValue.length > 200) value.tabIndex = 0;
  const time = make("time", { dateTime: at.toISOString() }, at.toLocaleTimeString());
  return make(
    "li",
    { className: "scan fresh" },
    make(
      "div",
      { className: "scan-head" },
      make("span", { className: "badge" }, icon(formatIcon(barcode.format)), formatLabel(barcode.format)),
      make("span", { className: "confidence" }, meter, `${confidence}`),
      time,
    ),
    value,
    make("div", { className: "scan-foot" }, copyButton, ...(link ? [openLink(link)] : [])),
    make("details", {}, make("summary", {}, "Details"), list),
  );
}

function openLink(url: URL): HTMLAnchorElement {
  return make(
    "a",
    { className: "go", href: url.href, target: "_blank", rel: "noopener noreferrer nofollow", title: url.href },
    icon("open"),
    make("span", {}, `Open ${url.host}`),
  );
}

export class ScanList {
  readonly #list = byId<HTMLOListElement>("scan-list");
  readonly #status = byId("scan-status");
  readonly #clear = byId<HTMLButtonElement>("clear");

  constructor() {
    this.#clear.addEventListener("click", () => {
      this.#list.replaceChildren();
      this.#refresh();
      byId("scans").focus();
    });
  }

  /** Puts codes on top. @param source where they are from, in words */
  add(barcodes: readonly Barcode[], source: string): void {
    const at = new Date();
    for (const barcode of barcodes) this.#list.prepend(row(barcode, source, at));
    while (this.#list.children.length > MOST) this.#list.lastElementChild?.remove();
    this.#refresh();
  }

  /** Says something to those who listen instead of look. */
  announce(text: string): void {
    this.#status.textContent = text;
  }

  #refresh(): void {
    const count = this.#list.children.length;
    byId("scans-empty").hidden = count > 0;
    byId("scan-count").textContent = count > 0 ? String(count) : "";
    this.#clear.hidden = count === 0;
  }
}
