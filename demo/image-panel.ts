/** Still images: dropped, pasted or chosen, read one after the other, shown with outlines of what was found. */
import type { Barcode, BarcodeReader } from "../src/index.js";
import { byId, draw, make } from "./page.js";
import type { ScanList } from "./scan-list.js";
import { readOptionsOf, type Settings } from "./settings.js";
import { describeTrouble } from "./trouble.js";

/** Pictures kept on the page; the oldest go, with their memory. */
const MOST_PICTURES = 12;

interface PanelParts {
  readonly reader: () => Promise<BarcodeReader>;
  readonly settings: () => Settings;
  readonly scans: ScanList;
  /** Brings this panel to the front. */
  readonly onImages: () => void;
}

export class ImagePanel {
  readonly #parts: PanelParts;
  readonly #drop = byId("drop");
  readonly #progress = byId("progress");
  readonly #pictures = byId<HTMLUListElement>("pictures");
  #queue: Promise<void> = Promise.resolve();

  constructor(parts: PanelParts) {
    this.#parts = parts;
    const files = byId<HTMLInputElement>("files");
    byId("choose").addEventListener("click", () => files.click());
    files.addEventListener("change", () => {
      this.#readAll(Array.from(files.files ?? []));
      files.value = "";
    });
    byId("sample").addEventListener("click", () => void this.#readExample());
    this.#listenToDrops();
    document.addEventListener("paste", (event) => {
      const pasted = Array.from(event.clipboardData?.files ?? []);
      if (pasted.length === 0) return;
      event.preventDefault();
      this.#readAll(pasted);
    });
  }

  /** The whole page takes drops: whoever drags a file has little patience with borders. */
  #listenToDrops(): void {
    document.addEventListener("dragover", (event) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      this.#parts.onImages();
      this.#drop.dataset.over = "";
    });
    document.addEventListener("dragleave", (event) => {
      if (event.relatedTarget === null) delete this.#drop.dataset.over;
    });
    document.addEventListener("drop", (event) => {
      delete this.#drop.dataset.over;
      const dropped = Array.from(event.dataTransfer?.files ?? []);
      if (dropped.length === 0) return;
      event.preventDefault();
      this.#readAll(dropped);
    });
  }

  async #readExample(): Promise<void> {
    const response = await fetch(new URL("./samples/shelf.svg", import.meta.url));
    this.#readAll([new File([await response.blob()], "shelf.svg", { type: "image/svg+xml" })]);
  }

  #readAll(files: readonly File[]): void {
    this.#parts.onImages();
    files.forEach((file, index) => {
      this.#queue = this.#queue.then(() => this.#readOne(file, index + 1, files.length));
    });
  }

  async #readOne(file: File, number: number, count: number): Promise<void> {
    this.#progress.textContent = count > 1 ? `Reading ${number} of ${count} …` : "Reading …";
    const url = URL.createObjectURL(file);
    try {
      const reader = await this.#parts.reader();
      const { barcodes, width, height, elapsedMs } = await reader.readDetailed(
        file,
        readOptionsOf(this.#parts.settings()),
      );
      this.#add(picture(file.name, url, { barcodes, width, height, elapsedMs }), url);
      this.#parts.scans.add(barcodes, file.name);
      const found = barcodes.length === 1 ? "One code" : `${barcodes.length || "No"} codes`;
      this.#progress.textContent = `${found} in ${file.name}.`;
    } catch (error) {
      const { title, remedy, code } = describeTrouble(error);
      URL.revokeObjectURL(url);
      this.#add(failure(file.name, title, remedy, code), undefined);
      this.#progress.textContent = `${file.name}: ${title}.`;
    }
  }

  #add(figure: HTMLElement, url: string | undefined): void {
    const item = make("li", { className: "picture" }, figure);
    if (url) item.dataset.url = url;
    this.#pictures.prepend(item);
    while (this.#pictures.children.length > MOST_PICTURES) {
      const oldest = this.#pictures.lastElementChild as HTMLElement;
      if (oldest.dataset.url) URL.revokeObjectURL(oldest.dataset.url);
      oldest.remove();
    }
  }
}

interface Reading {
  readonly barcodes: readonly Barcode[];
  readonly width: number;
  readonly height: number;
  readonly elapsedMs: number;
}

function picture(name: string, url: string, { barcodes, width, height, elapsedMs }: Reading): HTMLElement {
  const image = make("img", { src: url, alt: `${name}, as it was read`, width, height });
  const outlines = draw("svg", { viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  for (const { cornerPoints } of barcodes) {
    const points = cornerPoints.map(({ x, y }) => `${x},${y}`).join(" ");
    outlines.append(
      draw("polygon", { class: "outline-edge", points }),
      draw("polygon", { class: "outline-line", points }),
    );
  }
  const found = barcodes.length === 0 ? "nothing found" : `${barcodes.length} found`;
  const caption = make(
    "figcaption",
    {},
    make("strong", {}, name),
    make("span", {}, `${width} × ${height}`),
    make("span", {}, `${found} in ${elapsedMs.toFixed(1)} ms`),
  );
  if (barcodes.length === 0) {
    caption.append(make("span", {}, "Is the code sharp, whole and of a ticked format? See Settings."));
  }
  return make("figure", {}, make("span", { className: "picture-frame" }, image, outlines as unknown as Node), caption);
}

function failure(name: string, title: string, remedy: string, code: string): HTMLElement {
  return make(
    "figure",
    {},
    make(
      "figcaption",
      {},
      make("strong", {}, name),
      make("span", { className: "failed" }, title),
      make("span", {}, code ? `${remedy} (${code})` : remedy),
    ),
  );
}
