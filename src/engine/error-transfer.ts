/**
 * Lets a ScanError cross a Comlink connection whole: Comlink itself keeps name, message and stack of an error and
 * drops its code. Both sides call {@link carryScanErrors} once.
 */
import { type TransferHandler, transferHandlers } from "comlink";
import { ScanError, type ScanErrorData } from "../errors.js";

interface Thrown {
  readonly value: unknown;
}

type Wire = { readonly scanError: ScanErrorData } | { readonly other: unknown };

/** Replaces Comlink's handler of thrown values by one that asks it for everything that is no ScanError. */
export function carryScanErrors(): void {
  const plain = transferHandlers.get("throw") as TransferHandler<Thrown, unknown>;
  if (isOurs in plain) return;
  const handler: TransferHandler<Thrown, Wire> = {
    canHandle: (value): value is Thrown => plain.canHandle(value),
    serialize(thrown) {
      if (thrown.value instanceof ScanError) return [{ scanError: thrown.value.toJSON() }, []];
      const [other, transfer] = plain.serialize(thrown);
      return [{ other }, transfer];
    },
    deserialize(wire) {
      // A worker of the package does not carry the texts of the codes: see error-codes.ts.
      if ("scanError" in wire) throw new ScanError(wire.scanError.code, wire.scanError.message || undefined);
      return plain.deserialize(wire.other);
    },
  };
  transferHandlers.set("throw", Object.assign(handler, { [isOurs]: true }));
}

const isOurs = Symbol("tallymark.errors");
