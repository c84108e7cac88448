/** What use cases throw when a verb cannot be done: a stable code, and a message that names the remedy. */

/** Why a verb was refused; http makes a status of it. */
export type DomainErrorCode = "invalid" | "forbidden" | "not_found" | "conflict" | "busy";

export class DomainError extends Error {
  constructor(
    readonly code: DomainErrorCode,
    message: string,
  ) {
    super(message);
    this.name = "DomainError";
  }
}

/** Throws `invalid` with the message unless the condition holds. */
export function demand(holds: boolean, message: string): asserts holds {
  if (!holds) throw new DomainError("invalid", message);
}

/** The value, or `not_found`. */
export function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new DomainError("not_found", `There is no ${what}.`);
  return value;
}

/** Why the server cannot take a request now: its storage does not answer, or has more to write than it takes. */
export type BusyReason = "storage_unavailable" | "queue_full";

/** Nothing was stored that was not acknowledged; the same request may be sent again after the time it names. */
export class BusyError extends DomainError {
  constructor(
    readonly reason: BusyReason,
    message: string,
    readonly retryAfterSeconds: number,
    options?: ErrorOptions,
  ) {
    super("busy", message);
    this.name = "BusyError";
    if (options !== undefined) this.cause = options.cause;
  }
}
