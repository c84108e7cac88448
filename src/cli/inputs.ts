/**
 * The images that the arguments name: files, URLs, standard input, and what is in directories. Opens directories, never
 * images.
 */
import { readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ScanError } from "../errors.js";

/** An image to read, or why there is none. */
export type Input =
  | { readonly name: string; readonly kind: "file" | "url"; readonly location: string }
  | { readonly name: string; readonly kind: "stdin" }
  | { readonly name: string; readonly kind: "failed"; readonly error: ScanError };

/** What is looked at in directories; a file that is named is read whatever it is called. */
const IMAGE_FILE = /\.(?:png|jpe?g|jfif|webp|gif|tiff?|avif|heic|heif|svg|bmp)$/i;

/** The images, in the order of the arguments and, within a directory, of their names. */
export async function* findImages(names: readonly string[], isRecursive: boolean): AsyncGenerator<Input> {
  for (const name of names) {
    if (name === "-") yield { name, kind: "stdin" };
    else if (/^(?:https?|data|file):/i.test(name)) yield { name: shortened(name), kind: "url", location: name };
    else yield* findFiles(name, isRecursive);
  }
}

async function* findFiles(name: string, isRecursive: boolean): AsyncGenerator<Input> {
  const location = resolve(name);
  let isDirectory: boolean;
  try {
    isDirectory = (await stat(location)).isDirectory();
  } catch (cause) {
    yield { name, kind: "failed", error: unreadable(cause) };
    return;
  }
  if (isDirectory) yield* listDirectory(name, isRecursive);
  else yield { name, kind: "file", location };
}

/** Links to directories are not followed, so that a loop of links ends. */
async function* listDirectory(name: string, isRecursive: boolean): AsyncGenerator<Input> {
  let entries: { name: string; isDirectory(): boolean; isFile(): boolean; isSymbolicLink(): boolean }[];
  try {
    entries = await readdir(resolve(name), { withFileTypes: true });
  } catch (cause) {
    yield { name, kind: "failed", error: unreadable(cause) };
    return;
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    if (entry.name.startsWith(".")) continue;
    const path = join(name, entry.name);
    if (entry.isDirectory() && isRecursive) yield* listDirectory(path, isRecursive);
    if ((entry.isFile() || entry.isSymbolicLink()) && IMAGE_FILE.test(entry.name))
      yield { name: path, kind: "file", location: resolve(path) };
  }
}

function unreadable(cause: unknown): ScanError {
  const code = (cause as NodeJS.ErrnoException).code;
  const reason = code === "ENOENT" ? "no such file or directory" : (cause as Error).message;
  return new ScanError("file_unreadable", reason, { cause });
}

/** A data URL can be megabytes long. */
const shortened = (url: string): string => (url.length > 80 && /^data:/i.test(url) ? `${url.slice(0, 60)}…` : url);
