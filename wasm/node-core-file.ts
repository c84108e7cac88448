/**
 * The core's file in Node: a part of its own, which pages never load. Knows nothing of what is in it.
 */
import { loadFailed } from "./load-error.js";

/** The bytes of a file URL or a path; undefined for what is to be fetched. @throws CoreLoadError `wasm_load_failed` */
export async function readLocal(file: string | URL): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const path = localPath(file);
  if (!path) return undefined;
  try {
    // Asked for by name at run time, so that no bundler for browsers stumbles over an import of it.
    return new Uint8Array(await process.getBuiltinModule("node:fs").promises.readFile(path));
  } catch (cause) {
    throw loadFailed(`The core could not be read from ${path}`, cause);
  }
}

function localPath(file: string | URL): string | URL | undefined {
  if (URL.canParse(String(file))) {
    const url = new URL(file);
    return url.protocol === "file:" ? url : undefined;
  }
  return typeof file === "string" ? file : undefined;
}
