/**
 * Runs contract cases inside a page: built by the spec, loaded by the page, called by name.
 */
import type { Engine, EngineOptions } from "../../../src/index.js";
import type { ContractImage } from "../../contract/contract-images.js";
import type { ContractKit } from "../../contract/contract-kit.js";
import { CONTRACT } from "../../contract/engine-contract.js";
import { FRAME_CASES } from "./frame-cases.js";

export interface PageSetup {
  /** Module of the package to test. */
  readonly entry: string;
  readonly kind: Engine["kind"];
  readonly options: EngineOptions;
}

const CASES = [...CONTRACT, ...FRAME_CASES];

async function load(): Promise<{ image: ContractImage; puppet: WebAssembly.Module | undefined }> {
  const [image, wasm] = await Promise.all([fetch("/image.json"), fetch("/puppet.wasm")]);
  const { grey, ...rest } = await image.json();
  // A page that may not compile gets no puppet; its cases are not for the fallback.
  const puppet = await WebAssembly.compile(await wasm.arrayBuffer()).catch(() => undefined);
  return { image: { ...rest, grey: Uint8Array.from(atob(grey), (char) => char.charCodeAt(0)) }, puppet };
}

const loaded = load();

/** Undefined where the case holds, otherwise what it says. */
export async function runCase(title: string, { entry, kind, options }: PageSetup): Promise<string | undefined> {
  const { createEngine } = (await import(entry)) as typeof import("../../../src/index.js");
  const { image, puppet } = await loaded;
  const found = CASES.find((item) => item.title === title);
  const kit: ContractKit = {
    kind,
    image,
    puppet: puppet as WebAssembly.Module,
    async open(more) {
      const engine = await createEngine({ ...options, ...more });
      if (engine.kind !== kind) throw new Error(`got a ${engine.kind} engine instead of ${kind}`);
      return engine;
    },
  };
  try {
    if (!found) throw new Error(`there is no case "${title}"`);
    await found.run(kit);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
