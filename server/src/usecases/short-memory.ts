/**
 * What was looked up a moment ago, so that a crowd of reports asks the store once and not each for itself; what is asked for
 * again and again is looked up anew in time, so that the crowd never waits. A change made through this server forgets what it
 * touches; what another node changes shows after {@link REMEMBER_MS}. It must not know what it remembers.
 */
import type { Clock, Memory } from "../ports.js";

/** How late a change by another node may show. */
export const REMEMBER_MS = 1000;
/** From then on the next look is made, while what is known still holds. */
const RENEW_MS = REMEMBER_MS / 2;
/** Organisations, and things of one of them, that are remembered at most. */
const SIZE = 1000;

interface Remembered {
  /** When the look began. */
  readonly at: number;
  readonly value: Promise<unknown>;
  isRenewing: boolean;
}

export class ShortMemory implements Memory {
  /** By organisation and name. */
  readonly #known = new Map<string, Map<string, Remembered>>();

  constructor(private readonly clock: Clock) {}

  recall<T>(organisation: string, name: string, look: () => Promise<T>): Promise<T> {
    const now = this.clock.now();
    const names = this.#of(organisation);
    const known = names.get(name);
    // A clock that was set back remembers nothing for longer.
    const age = known === undefined ? REMEMBER_MS : Math.abs(now - known.at);
    if (known !== undefined && age < REMEMBER_MS) {
      if (age >= RENEW_MS && !known.isRenewing) this.#renew(names, name, known, now, look);
      return known.value as Promise<T>;
    }
    if (names.size >= SIZE) names.clear();
    const value = look();
    const remembered = { at: now, value, isRenewing: false };
    names.set(name, remembered);
    value.catch(() => {
      if (names.get(name) === remembered) names.delete(name);
    });
    return value;
  }

  /** A look that fails leaves what is known until its time is over; one that was overtaken by a change is dropped. */
  #renew(
    names: Map<string, Remembered>,
    name: string,
    known: Remembered,
    at: number,
    look: () => Promise<unknown>,
  ): void {
    known.isRenewing = true;
    look().then(
      (found) => {
        if (names.get(name) === known) names.set(name, { at, value: Promise.resolve(found), isRenewing: false });
      },
      () => {
        known.isRenewing = false;
      },
    );
  }

  forget(organisation: string): void {
    this.#known.delete(organisation);
  }

  #of(organisation: string): Map<string, Remembered> {
    const known = this.#known.get(organisation);
    if (known !== undefined) return known;
    if (this.#known.size >= SIZE) this.#known.clear();
    const names = new Map<string, Remembered>();
    this.#known.set(organisation, names);
    return names;
  }
}
