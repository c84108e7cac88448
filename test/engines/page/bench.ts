/**
 * What tests drive in a page of any engine, by calls with JSON: a reader, a scanner, their licence, and what the browser keeps.
 * Must not know any single test.
 */
import { BarcodeReader, BarcodeScanner, type BarcodeScannerOptions, type ScanError } from "../../../src/index.js";
import { storedTexts } from "../../browser/stored-texts.js";
import { bytesOf, canvasOf, imageOf, liveTracks, type Picture, pointCamera, replaceCamera } from "./camera.js";
import { recordRequests, requested } from "./requests.js";

type ReaderCases = typeof import("../../browser/reader/page-runner.js");
type ContractCases = typeof import("../../browser/engine/page-runner.js");

/** Milliseconds within which a case ends, also on a busy machine. */
const CASE_MS = 30_000;

let reader: BarcodeReader | undefined;
let scanner: BarcodeScanner | undefined;
let scans: string[] = [];
let errors: string[] = [];
let changes: boolean[] = [];
let frames = 0;
let found = 0;

/** The clock of what is opened from now on, where it is not the browser's. */
let clock: number | undefined;
const now = () => clock ?? Date.now();

const codeOf = (error: unknown): string => (error as ScanError).code ?? String(error);
const license = () => reader?.license ?? scanner?.license;

async function outcome(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return "ok";
  } catch (error) {
    return codeOf(error);
  }
}

const values = async (work: ReturnType<BarcodeReader["read"]>): Promise<string> => {
  try {
    return (await work).map(({ rawValue }) => rawValue).join() || "nothing";
  } catch (error) {
    return codeOf(error);
  }
};

async function png(picture: Picture): Promise<Blob> {
  const blob = await new Promise<Blob | null>((resolve) => canvasOf(picture).toBlob(resolve, "image/png"));
  if (blob === null) throw new Error("the canvas gave no picture");
  return blob;
}

const bench = {
  /** What does not hold of the cases that test/browser/reader.spec.ts runs in Chromium. */
  readerFaults: async (...args: Parameters<ReaderCases["runAll"]>) =>
    ((await import("/reader-cases.js" as string)) as ReaderCases).runAll(...args),
  /** Undefined where a case of the engine's contract holds, otherwise what it says. */
  async contractFault(...args: Parameters<ContractCases["runCase"]>): Promise<string | undefined> {
    const { runCase } = (await import("/contract-cases.js" as string)) as ContractCases;
    const late = new Promise<string>((resolve) => setTimeout(resolve, CASE_MS, `no end after ${CASE_MS} ms`));
    return Promise.race([runCase(...args), late]);
  },

  /** "ok", or the code of what `create()` throws. */
  openReader: (options: object) =>
    outcome(
      BarcodeReader.create({ ...options, now }).then((opened) => {
        reader = opened;
      }),
    ),
  closeReader: async () => {
    await reader?.close();
    reader = undefined;
  },
  /** The values in a picture, or a code. */
  async read(picture: Picture): Promise<string> {
    if (!reader) throw new Error("there is no reader");
    const { width, height } = picture;
    return values(reader.read({ data: bytesOf(picture), width, height, layout: "grey" }));
  },
  /** The same picture as every kind of image that pages have, and what was read from each. */
  async readAll(picture: Picture): Promise<Record<string, string>> {
    if (!reader) throw new Error("there is no reader");
    const blob = await png(picture);
    const url = URL.createObjectURL(blob);
    const results = {
      blob: await values(reader.read(blob)),
      url: await values(reader.read(url)),
      canvas: await values(reader.read(canvasOf(picture))),
      imageData: await values(reader.read(imageOf(picture))),
      bitmap: await values(reader.read(await createImageBitmap(blob))),
      videoFrame: await values(reader.read(new VideoFrame(canvasOf(picture), { timestamp: 0 }))),
    };
    URL.revokeObjectURL(url);
    return results;
  },

  replaceCamera,
  pointCamera,
  async openScanner(options: BarcodeScannerOptions): Promise<string> {
    [scans, errors, changes, frames, found] = [[], [], [], 0, 0];
    const container = document.body.appendChild(document.createElement("main"));
    Object.assign(container.style, { width: "640px", height: "480px" });
    return outcome(
      BarcodeScanner.create({ container, now, ...options }).then((opened) => {
        scanner = opened;
        opened.addEventListener("scan", ({ detail }) => scans.push(detail.rawValue));
        opened.addEventListener("error", ({ detail }) => errors.push(detail.code));
        opened.addEventListener("licensechange", ({ detail }) => changes.push(detail.isAllowed));
        opened.addEventListener("frame", ({ detail }) => {
          frames++;
          if (detail.barcodes.length > 0) found++;
        });
      }),
    );
  },
  start: () => outcome(scanner?.start() ?? Promise.reject(new Error("there is no scanner"))),
  stop: () => scanner?.stop(),
  closeScanner: async () => {
    await scanner?.close();
    scanner = undefined;
  },
  scanned: () => ({
    scans,
    errors,
    changes,
    frames,
    found,
    state: scanner?.state,
    live: liveTracks(),
  }),
  /** The open camera, as the scanner tells of it and as the browser does. */
  camera: () => ({
    facing: scanner?.camera?.facing,
    capabilities: scanner?.capabilities,
    isTorchOn: scanner?.isTorchOn,
    zoom: scanner?.zoom,
    settings: (scanner?.video.srcObject as MediaStream | null)?.getVideoTracks()[0]?.getSettings(),
  }),
  cameras: async () => (await scanner?.cameras())?.map(({ facing }) => facing),
  permission: () => BarcodeScanner.permission(),
  setCamera: (camera: string) => outcome(scanner?.setCamera(camera) ?? Promise.reject(new Error("no scanner"))),
  setTorch: (isOn: boolean) => outcome(scanner?.setTorch(isOn) ?? Promise.reject(new Error("no scanner"))),
  setZoom: (factor: number) => outcome(scanner?.setZoom(factor) ?? Promise.reject(new Error("no scanner"))),

  setClock: (at: number) => {
    clock = at;
  },
  refresh: () => license()?.refresh(),
  standing: () => license()?.standing,
  device: () => (reader ?? scanner)?.meter.deviceId,
  /** Counts by format, all days together. */
  async usage(): Promise<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const { formats } of (await (reader ?? scanner)?.meter.usage()) ?? [])
      for (const [format, count] of Object.entries(formats)) sums[format] = (sums[format] ?? 0) + count;
    return sums;
  },
  deleteDatabase: () =>
    new Promise<string>((resolve, reject) => {
      const request = indexedDB.deleteDatabase("tallymark");
      request.onsuccess = () => resolve("deleted");
      request.onerror = request.onblocked = () => reject(new Error("blocked"));
    }),
  storedTexts,
  recordRequests,
  requests: () => requested,
};

export type Bench = typeof bench;
Object.assign(globalThis, { bench });
