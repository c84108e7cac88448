/** The inspector page: every stage of one decode, drawn. Runs the core's test build in this page, parameters live. */
import { FORMATS } from "../src/index.js";
import { formatLabel } from "./format-label.js";
import { CoreProbe, type Decoding, type Level, type Parameters } from "./inspect/core-probe.js";
import { profile, sampledGrid } from "./inspect/grid.js";
import { overlay, type Shown } from "./inspect/overlay.js";
import { pixelsOf } from "./inspect/picture.js";
import { paintBits, paintContrast, paintDirection, paintLuma, paintRuns, type StageName } from "./inspect/stages.js";
import { byId, make } from "./page.js";

const EXPLANATIONS: Readonly<Record<StageName | "image", string>> = {
  image: "What was given, on white.",
  luma: "Grey as the core has it, (R + 2G + B) / 4. Higher levels are half the size each.",
  contrast: "Largest minus smallest luma of each block of 8 × 8 pixels. Dark blocks are flat and threshold nothing.",
  direction: "How far the gradients of a block agree in direction. Bars light up; letters and texture stay dull.",
  bits: "One bit per pixel after the local threshold. Black is dark.",
  rows: "Dark runs of every row, coloured by length: a hue for each doubling.",
  columns: "Dark runs of every column, from the turned bits.",
};

const form = byId<HTMLFormElement>("parameters");
const canvas = byId<HTMLCanvasElement>("canvas");
const lines = byId<SVGSVGElement>("lines");
const status = byId("status");
const probe = CoreProbe.load(new URL("../.cache/probe/core.probe.simd.wasm", import.meta.url));

let image: ImageData | undefined;
let name = "";
let level: Level | undefined;
let current: Decoding | undefined;

const isTicked = (field: string): boolean =>
  form.querySelector<HTMLInputElement>(`[name="${field}"]`)?.checked === true;
const chosen = (field: string): string => String(new FormData(form).get(field) ?? "");

const parametersNow = (): Parameters => ({
  formats: Array.from(form.querySelectorAll<HTMLInputElement>('[name="formats"]:checked'), (box) => box.value),
  isThorough: chosen("effort") === "thorough",
  inverted: isTicked("inverted"),
  minConfidence: Number(chosen("minConfidence")),
  budget: Number(chosen("budget")) || 0,
});

const shownNow = (): Shown => ({
  finders: isTicked("finders"),
  regions: isTicked("regions"),
  results: isTicked("results"),
  grid: isTicked("grid"),
});

/** Decodes anew and draws. */
async function run(): Promise<void> {
  if (!image) return;
  try {
    const core = await probe;
    current = core.decode(image, parametersNow());
    describe(current, core.level(0));
    await drawStage();
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error);
  }
}

/** Draws the chosen stage of the frame that the core still holds. */
async function drawStage(): Promise<void> {
  if (!image || !current) return;
  const core = await probe;
  const stage = chosen("stage") as StageName | "image";
  const number = Number(chosen("level"));
  byId("explanation").textContent = EXPLANATIONS[stage];
  level = core.level(number);
  if (!level) {
    status.textContent = `The image is too small for level ${number}.`;
    return;
  }
  const painted = stage === "image" ? image : paintStage(stage, level, (ofColumns) => core.runs(number, ofColumns));
  canvas.width = painted.width;
  canvas.height = painted.height;
  canvas.getContext("2d")?.putImageData(painted, 0, 0);
  lines.setAttribute("viewBox", `0 0 ${image.width} ${image.height}`);
  lines.replaceChildren(...overlay(current, level, image.width / level.width, shownNow()));
  setZoom();
}

function paintStage(stage: StageName, of: Level, runs: (ofColumns: boolean) => Uint16Array[]): ImageData {
  switch (stage) {
    case "luma":
      return paintLuma(of);
    case "contrast":
      return paintContrast(of);
    case "direction":
      return paintDirection(of);
    case "bits":
      return paintBits(of);
    case "rows":
      return paintRuns(of, runs(false), false);
    case "columns":
      return paintRuns(of, runs(true), true);
  }
}

function setZoom(): void {
  if (!image) return;
  const zoom = chosen("zoom");
  byId("sheet").style.width = zoom === "fit" ? "100%" : `${image.width * Number(zoom)}px`;
  byId("sheet").dataset.zoom = zoom === "fit" ? "fit" : "pixels";
}

function describe(decoding: Decoding, whole: Level | undefined): void {
  if (!image) return;
  const { symbols, finders, candidates, work, elapsedMs } = decoding;
  const found = symbols.length === 1 ? "1 symbol" : `${symbols.length} symbols`;
  status.textContent =
    `${name}, ${image.width} × ${image.height}: ${found}, ${finders.length} finders, ${candidates} candidates, ` +
    `${work.toLocaleString()} units of work, ${elapsedMs.toFixed(1)} ms with all checks on.`;
  byId("symbols").replaceChildren(...symbols.map((symbol) => card(symbol, whole)));
  byId("symbols-empty").hidden = symbols.length > 0;
}

function card(symbol: Decoding["symbols"][number], whole: Level | undefined): HTMLElement {
  const item = make("li", { className: "symbol" });
  const version = symbol.version > 0 ? `, version ${symbol.version}` : "";
  item.append(
    make(
      "p",
      { className: "symbol-head" },
      make("strong", {}, formatLabel(symbol.format)),
      `${version}, confidence ${symbol.confidence}`,
    ),
    make("p", { className: "symbol-text" }, symbol.text || "(empty)"),
  );
  if (whole) {
    const grid = sampledGrid(whole, symbol);
    if (grid) {
      grid.className = "sampled";
      grid.setAttribute("role", "img");
      grid.setAttribute("aria-label", "Modules sampled through the corners");
    }
    item.append((grid ?? profile(whole, symbol)) as Node);
  }
  return item;
}

async function open(file: Blob, label: string): Promise<void> {
  status.textContent = `Opening ${label} …`;
  try {
    image = await pixelsOf(file);
    name = label;
    byId("empty").hidden = true;
    byId("sheet").hidden = false;
    await run();
  } catch (error) {
    status.textContent = error instanceof Error ? error.message : String(error);
  }
}

/** What lies under the pointer, in the pixels of the level. */
function readOut(event: PointerEvent): void {
  if (!level) return;
  const box = canvas.getBoundingClientRect();
  const x = Math.floor(((event.clientX - box.left) / box.width) * level.width);
  const y = Math.floor(((event.clientY - box.top) / box.height) * level.height);
  if (x < 0 || y < 0 || x >= level.width || y >= level.height) return;
  const block = (y >> 3) * level.blockColumns + (x >> 3);
  byId("read-out").textContent =
    `${x}, ${y}: luma ${level.luma[y * level.width + x]}, ${level.bits[y * level.width + x] ? "dark" : "light"}, ` +
    `contrast ${level.contrast[block]}, direction ${level.coherence[block]}`;
}

byId("formats").append(
  ...FORMATS.map((row) =>
    make(
      "label",
      { className: "chip" },
      make("input", { type: "checkbox", name: "formats", value: row.name }),
      formatLabel(row.name),
    ),
  ),
);
const files = byId<HTMLInputElement>("files");
byId("choose").addEventListener("click", () => files.click());
files.addEventListener("change", () => {
  const [file] = files.files ?? [];
  if (file) void open(file, file.name);
  files.value = "";
});
byId("sample").addEventListener("click", async () => {
  const response = await fetch(new URL("./samples/shelf.svg", import.meta.url));
  await open(await response.blob(), "shelf.svg");
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  const [file] = event.dataTransfer?.files ?? [];
  if (file) void open(file, file.name);
});
document.addEventListener("paste", (event) => {
  const [file] = event.clipboardData?.files ?? [];
  if (file) void open(file, file.name || "pasted image");
});
form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", (event) => {
  const { name: field } = event.target as HTMLInputElement;
  const isView = ["stage", "level", "zoom", "finders", "regions", "results", "grid"].includes(field);
  void (isView ? drawStage() : run());
});
canvas.addEventListener("pointermove", readOut);
