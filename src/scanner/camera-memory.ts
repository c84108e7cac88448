/**
 * The camera of the last time, so that the right lens is opened at once. Keeps a device id per side and nothing else;
 * must not fail where storage is blocked, full or absent.
 */
import type { Facing } from "./constraint-ladder.js";

export type KeyValueStore = Pick<Storage, "getItem" | "setItem" | "removeItem">;

const key = (facing: Facing): string => `tallymark.camera.${facing}`;

/** A last choice, kept in `store()`; asked for anew each time because reading `localStorage` itself may throw. */
export class CameraMemory {
  readonly #store: () => KeyValueStore | undefined;

  constructor(store: () => KeyValueStore | undefined) {
    this.#store = store;
  }

  recall(facing: Facing): string | undefined {
    return this.#quietly((store) => store.getItem(key(facing)) || undefined);
  }

  remember(facing: Facing, deviceId: string): void {
    if (deviceId) this.#quietly((store) => store.setItem(key(facing), deviceId));
  }

  forget(facing: Facing): void {
    this.#quietly((store) => store.removeItem(key(facing)));
  }

  #quietly<T>(use: (store: KeyValueStore) => T): T | undefined {
    try {
      const store = this.#store();
      return store && use(store);
    } catch {
      return undefined; // blocked or full: the choice is made anew next time
    }
  }
}

/** Where nothing is to be remembered. */
export const NO_MEMORY = new CameraMemory(() => undefined);
