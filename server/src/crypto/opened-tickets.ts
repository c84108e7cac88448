/**
 * Sessions whose tickets were opened lately, so that a device's next report costs no decryption. A ticket is found by its whole
 * text, which only opening can put here, so what was changed by a single character is opened, and refused, like any other. It
 * must not know keys: who asks says by `isGood` whether the key that had sealed a ticket may still open it.
 */
import type { Session } from "../domain/session.js";

/** What a ticket was opened to, and the name of the key that had sealed it. */
export interface OpenedTicket {
  readonly key: string;
  readonly session: Promise<Session>;
}

/**
 * Tickets of one generation. Two are kept: 16 MB at most. A fleet whose devices report in turn and are more than that
 * opens each ticket again, at an eighth of what a report costs.
 */
const GENERATION = 8192;

export class OpenedTickets {
  #young = new Map<string, OpenedTicket>();
  #old = new Map<string, OpenedTicket>();

  constructor(private readonly generation = GENERATION) {}

  find(ticket: string, isGood: (key: string) => boolean): Promise<Session> | undefined {
    const young = this.#young.get(ticket);
    const known = young ?? this.#old.get(ticket);
    if (known === undefined) return undefined;
    if (!isGood(known.key)) {
      this.#young.delete(ticket);
      this.#old.delete(ticket);
      return undefined;
    }
    // What is used stays: it is among the young when these become the old.
    if (young === undefined) this.#keep(ticket, known);
    return known.session;
  }

  keep(ticket: string, key: string, session: Session): void {
    // A copy: a part of a body would hold the whole of it.
    this.#keep(Buffer.from(ticket, "latin1").toString("latin1"), { key, session: Promise.resolve(session) });
  }

  #keep(ticket: string, opened: OpenedTicket): void {
    if (this.#young.size >= this.generation) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(ticket, opened);
  }
}
