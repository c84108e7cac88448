/**
 * Serves a build of the package as a site would: right types, CORS and Content-Security-Policy as the test wants them.
 */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".html": "text/html",
  ".json": "application/json",
};

export interface SiteOptions {
  /** Content-Security-Policy of pages. */
  readonly policy?: string;
  /** Content types that differ from the right ones, by file name. */
  readonly types?: Readonly<Record<string, string>>;
  /** Bodies that stand in no file, by path. */
  readonly bodies?: Readonly<Record<string, string | Uint8Array>>;
  /** Paths that are never answered. */
  readonly silent?: readonly string[];
}

export interface Site {
  readonly origin: string;
  /** Paths in the order in which they were asked for. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

const PAGE = "<!doctype html><meta charset=utf-8><title>engine</title>";

export async function serve(
  folder: string,
  { policy, types = {}, bodies = {}, silent = [] }: SiteOptions = {},
): Promise<Site> {
  const requests: string[] = [];
  const server: Server = createServer(async (request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    requests.push(path);
    if (silent.includes(path)) return;
    const body = path === "/" ? PAGE : (bodies[path] ?? (await readFile(join(folder, path)).catch(() => undefined)));
    const type = path === "/" ? "text/html" : (types[path.slice(1)] ?? TYPES[extname(path)] ?? "text/plain");
    response.setHeader("content-type", type);
    response.setHeader("access-control-allow-origin", "*");
    if (policy) response.setHeader("content-security-policy", policy);
    response.statusCode = body === undefined ? 404 : 200;
    response.end(body ?? "not found");
  });
  await new Promise<void>((resolve) => server.listen(0, "localhost", resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
