/**
 * Opens what readers and scanners stand on: the engine, and the account that its results are counted on. It must not know what
 * they are for.
 */
import { abortable } from "./abort.js";
import { type Account, type AccountOptions, closeAccount, openAccount } from "./account.js";
import { createEngine } from "./engine/create-engine.js";
import type { Engine } from "./engine/engine.js";
import type { EngineOptions } from "./engine/engine-options.js";

/** An account, and an engine that is counted on it. */
export type Opened = Account & { readonly engine: Engine };

export async function closeAll(opened: Opened): Promise<void> {
  await opened.engine.close();
  await closeAccount(opened);
}

/**
 * Engine and account, opened side by side: the worker starts while the database opens.
 * @param parts what is loaded meanwhile and has to be there too
 * @throws ScanError of whatever fails first, in the order engine, parts, account; `aborted`
 */
export const openAll = (
  options: EngineOptions & AccountOptions,
  parts: Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<Opened> => abortable(open(options, parts), signal, (late) => void closeAll(late));

async function open(options: EngineOptions & AccountOptions, parts: Promise<unknown>): Promise<Opened> {
  const opening = openAccount(options);
  // Who waits for them below gets their errors; an engine that fails first must not leave these unheard.
  opening.catch(() => {});
  parts.catch(() => {});
  const starting = createEngine(options);
  try {
    const engine = await starting;
    await parts;
    const account = await opening;
    return { ...account, engine: account.on(engine) };
  } catch (error) {
    await Promise.allSettled([opening.then(closeAccount), starting.then((engine) => engine.close())]);
    throw error;
  }
}
