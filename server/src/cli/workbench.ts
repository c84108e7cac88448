/**
 * What commands work with: the storage of the configuration, the server's keys, and the ports over both. Here the floors
 * meet; it must not know any single command.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { Config } from "../config.js";
import { Keyring } from "../crypto/keyring.js";
import { newMasterKey, parseMasterKey } from "../crypto/master-key.js";
import { nodeRandom } from "../crypto/node-random.js";
import { serverKeys } from "../crypto/server-keys.js";
import type { Actor } from "../domain/access.js";
import { SERVER } from "../domain/organisation.js";
import type { HttpPorts } from "../http/options.js";
import type { Clock, Store } from "../ports.js";
import { openStorage } from "../storage/open.js";
import type { Admin } from "../usecases/admin.js";
import { ShortMemory } from "../usecases/short-memory.js";

/** Who sits at the machine may do everything, and the audit log says that it was from there. */
const COMMAND_LINE: Actor = { id: "command-line", role: "operator", organisation: SERVER };

export interface Workbench {
  readonly store: Store;
  readonly ring: Keyring;
  readonly ports: HttpPorts;
  readonly admin: Admin;
}

const systemClock: Clock = { now: () => Date.now() };

/** The master key of the configuration; throws where there is none or it is malformed. */
async function readMasterKey({ masterKey, masterKeyFile }: Config): Promise<Uint8Array> {
  const text = masterKey ?? (await readFileOrNothing(masterKeyFile));
  if (text === undefined) {
    throw new Error(
      `There is no master key at ${masterKeyFile}. Run \`lts init\` first, or name the file by LTS_MASTER_KEY_FILE ("masterKeyFile").`,
    );
  }
  const bytes = parseMasterKey(text);
  if (bytes === undefined) {
    const where = masterKey === undefined ? masterKeyFile : "LTS_MASTER_KEY";
    throw new Error(`The master key in ${where} is malformed. It takes the 43 characters that \`lts init\` wrote.`);
  }
  return bytes;
}

async function readFileOrNothing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as { code?: unknown }).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Writes a master key where there is none; for its owner's eyes only. */
async function makeMasterKey({ masterKey, masterKeyFile }: Config): Promise<void> {
  if (masterKey !== undefined || (await readFileOrNothing(masterKeyFile)) !== undefined) return;
  await mkdir(dirname(masterKeyFile), { recursive: true, mode: 0o700 });
  await writeFile(masterKeyFile, `${newMasterKey()}\n`, { mode: 0o600, flag: "wx" });
}

export interface OpenOptions {
  /** Makes what is missing: folder, master key, database, keys. */
  readonly isNew?: boolean;
}

/** Works with storage and keys, and closes them whatever happens. */
export async function withWorkbench<T>(
  config: Config,
  work: (bench: Workbench) => Promise<T>,
  { isNew = false }: OpenOptions = {},
): Promise<T> {
  const bench = await openWorkbench(config, { isNew });
  try {
    return await work(bench);
  } finally {
    await bench.store.close();
  }
}

/** Storage and keys, open; whoever opened them closes the store. */
export async function openWorkbench(config: Config, { isNew = false }: OpenOptions = {}): Promise<Workbench> {
  if (isNew) {
    await mkdir(config.data, { recursive: true, mode: 0o700 });
    await makeMasterKey(config);
  }
  const masterKey = await readMasterKey(config);
  const store = await openStorage(config.database, { migrate: isNew, groupCommit: true });
  try {
    const clock = systemClock;
    const ring = await (isNew ? Keyring.found : Keyring.open)({ store, clock, masterKey });
    const keys = serverKeys(ring, clock);
    const ports: HttpPorts = {
      store,
      clock,
      random: nodeRandom(clock),
      keys,
      envelopes: keys,
      memory: new ShortMemory(clock),
    };
    return { store, ring, ports, admin: { ports, actor: COMMAND_LINE } };
  } catch (error) {
    await store.close();
    throw error;
  }
}
