/**
 * Who may do what: one table of verbs and roles, and the wall between organisations. It must not know how somebody proved
 * who they are.
 */
import { DomainError } from "./domain-error.js";
import { SERVER } from "./organisation.js";

/** An operator runs the server; an owner runs one organisation; a viewer looks at one. */
export const ROLES = ["operator", "owner", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** Somebody who asks for something: a user, an API key, or the command line. */
export interface Actor {
  readonly id: string;
  readonly role: Role;
  /** The organisation that the actor belongs to; {@link SERVER} for operators. */
  readonly organisation: string;
}

const OPERATOR: readonly Role[] = ["operator"];
const OWNER: readonly Role[] = ["operator", "owner"];
const EVERYBODY: readonly Role[] = ROLES;

/** Every verb of the admin plane with the roles that may use it. */
export const ACTIONS = {
  "session.open": EVERYBODY,
  "session.read": EVERYBODY,
  "session.end": EVERYBODY,
  "password.change": EVERYBODY,
  "keys.read": OPERATOR,
  "keys.rotate": OPERATOR,
  "organisation.create": OPERATOR,
  "organisation.read": EVERYBODY,
  "organisation.rename": OWNER,
  "user.create": OWNER,
  "user.read": OWNER,
  "user.change": OWNER,
  "key.create": OWNER,
  "key.read": OWNER,
  "key.revoke": OWNER,
  "code.create": OWNER,
  "code.read": EVERYBODY,
  "code.change": OWNER,
  "code.remove": OWNER,
  "item.trial": OPERATOR,
  "item.read": EVERYBODY,
  "item.change": OPERATOR,
  "item.revoke": OPERATOR,
  "item.export": OWNER,
  "order.request": OWNER,
  "order.read": EVERYBODY,
  "order.confirm": OPERATOR,
  "order.activate": OWNER,
  "order.cancel": OWNER,
  "device.read": EVERYBODY,
  "device.unregister": OWNER,
  "usage.read": EVERYBODY,
  "refusal.read": EVERYBODY,
  "audit.read": OWNER,
} as const satisfies Record<string, readonly Role[]>;

export type Action = keyof typeof ACTIONS;

/** Whether an actor may use a verb on an organisation: the role must allow it, and the organisation must be its own. */
export function may(actor: Actor, action: Action, organisation: string): boolean {
  const isOwn = actor.role === "operator" ? actor.organisation === SERVER : actor.organisation === organisation;
  return isOwn && (actor.role === "operator" || organisation !== SERVER) && ACTIONS[action].includes(actor.role);
}

/** Throws `forbidden`, in the same words whether or not what was asked for exists. */
export function demandMay(actor: Actor, action: Action, organisation: string): void {
  if (!may(actor, action, organisation)) {
    throw new DomainError("forbidden", `Your role does not allow ${action} here; ask an owner or the operator.`);
  }
}

/** True where somebody of one role may hand out another: an owner makes no operators. */
export const mayGrant = (actor: Actor, role: Role): boolean => actor.role === "operator" || role !== "operator";
