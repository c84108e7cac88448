/**
 * Slow hashes of passwords: argon2id. Each takes tens of milliseconds and 19 MiB, so few run at once and a password that was
 * right a moment ago is known by a fast hash under a key of this process. It must not know whose passwords they are.
 */
import { createHmac, randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";
import { DomainError } from "../domain/domain-error.js";

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const COST = { algorithm: 2, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const AT_ONCE = 2;
/** Whoever comes when so many wait is told to come again; a flood of wrong passwords must not take all memory. */
const WAITING_AT_MOST = 64;
const REMEMBERED = 1000;

export class Passwords {
  readonly #key = randomBytes(32);
  readonly #right = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  hash(password: string): Promise<string> {
    return this.#inTurn(() => hash(password, COST));
  }

  async verify(hashed: string, password: string): Promise<boolean> {
    const trace = createHmac("sha256", this.#key)
      .update(JSON.stringify([hashed, password]))
      .digest("base64");
    if (this.#right.has(trace)) return true;
    const isRight = await this.#inTurn(() => verify(hashed, password)).catch((error: unknown) => {
      if (error instanceof DomainError) throw error;
      return false; // no hash of ours
    });
    if (isRight) this.#remember(trace);
    return isRight;
  }

  #remember(trace: string): void {
    const [oldest] = this.#right;
    if (this.#right.size >= REMEMBERED && oldest !== undefined) this.#right.delete(oldest);
    this.#right.add(trace);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= AT_ONCE) {
      if (this.#waiting.length >= WAITING_AT_MOST) {
        throw new DomainError("busy", "Too many passwords are being checked; try again in a moment.");
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#running++;
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
