/** The organisation: who holds licences; everything else belongs to one. It must not know what it holds. */
import { isOrganisationId } from "../../../src/rules/protocol/names.js";
import { demand } from "./domain-error.js";

/** Stands in an organisation's place for what belongs to the server itself: operators, their keys, their audit. */
export const SERVER = "";

export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly createdAt: number;
}

/** A name that a person gives: 1–120 characters, none of control and no halves of one. */
export function namedByPerson(name: string): string {
  const trimmed = name.trim();
  demand(/^[^\p{Cc}\p{Cs}]{1,120}$/u.test(trimmed), "A name takes 1–120 characters, none of control.");
  return trimmed;
}

export function newOrganisation(id: string, name: string, now: number): Organisation {
  demand(isOrganisationId(id), "An organisation's id takes 1–24 lower-case letters and digits.");
  return { id, name: namedByPerson(name), createdAt: now };
}
