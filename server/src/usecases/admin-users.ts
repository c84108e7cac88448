/** Users and API keys, and how they prove who they are. Passwords and keys are kept as hashes only. */
import { type Actor, mayGrant, type Role } from "../domain/access.js";
import { bearerSecret } from "../domain/bearer-text.js";
import { DomainError, demand, found } from "../domain/domain-error.js";
import { namedByPerson } from "../domain/organisation.js";
import {
  type ApiKey,
  actorOfKey,
  actorOfUser,
  demandPassword,
  demandRoleFits,
  isKeyUsable,
  keyText,
  loginOf,
  newUser,
  parseKeyText,
  type User,
} from "../domain/user.js";
import type { Page, Paged, Ports } from "../ports.js";
import { type Admin, change, look, pageWithin } from "./admin.js";

/** A user as it is shown. */
export type UserView = Omit<User, "passwordHash">;
/** A key as it is shown. */
export type ApiKeyView = Omit<ApiKey, "hash">;

const viewUser = ({ passwordHash: _, ...user }: User): UserView => user;
const viewKey = ({ hash: _, ...key }: ApiKey): ApiKeyView => key;

function demandGrant(actor: Actor, role: Role): void {
  if (!mayGrant(actor, role)) throw new DomainError("forbidden", "Only an operator makes operators.");
}

export interface NewUser {
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly password: string;
}

export async function createUser(admin: Admin, organisation: string, user: NewUser): Promise<UserView> {
  const { login, name, role, password } = user;
  demandGrant(admin.actor, role);
  demandPassword(password);
  const passwordHash = await admin.ports.keys.hashPassword(password);
  const id = admin.ports.random.id();
  return change(admin, "user.create", organisation, async (records, now) => {
    const made = newUser({ organisation, id, login, name, role, passwordHash, createdAt: now });
    await records.users.insert(made);
    return { result: viewUser(made), target: id, detail: { login: made.login, role } };
  });
}

export const listUsers = (admin: Admin, organisation: string, page: Page): Promise<Paged<UserView>> =>
  look(admin, "user.read", organisation, async (records) => {
    const users = await records.users.list(organisation, pageWithin(page));
    return { ...users, rows: users.rows.map(viewUser) };
  });

export const getUser = (admin: Admin, organisation: string, id: string): Promise<UserView> =>
  look(admin, "user.read", organisation, async (records) =>
    viewUser(found(await records.users.get(organisation, id), "such user")),
  );

/** What can be changed of a user; the login cannot. */
export interface UserChange {
  readonly name?: string;
  readonly role?: Role;
  readonly password?: string;
  readonly isDisabled?: boolean;
}

/** Gives a user another name, role or password, or shuts or opens the door. All but a name ends the user's sessions. */
export async function changeUser(admin: Admin, organisation: string, id: string, to: UserChange): Promise<UserView> {
  const { name, role, password, isDisabled } = to;
  if (role !== undefined) demandGrant(admin.actor, role);
  if (password !== undefined) demandPassword(password);
  const hash = password === undefined ? undefined : await admin.ports.keys.hashPassword(password);
  return change(admin, "user.change", organisation, async (records, now) => {
    const { disabledAt, ...user } = found(await records.users.get(organisation, id), "such user");
    const isSelf = admin.actor.id === `user:${id}`;
    demand(!isSelf || isDisabled !== true, "Nobody shuts the door on themselves.");
    demand(!isSelf || role === undefined || role === user.role, "Nobody changes their own role.");
    if (role !== undefined) demandRoleFits(role, organisation);
    const disabled = (isDisabled ?? disabledAt !== undefined) ? { disabledAt: disabledAt ?? now } : {};
    const changed = {
      ...user,
      ...disabled,
      name: name === undefined ? user.name : namedByPerson(name),
      role: role ?? user.role,
      passwordHash: hash ?? user.passwordHash,
    };
    await records.users.update(changed);
    const isDoorMoved = hash !== undefined || isDisabled === true || changed.role !== user.role;
    if (isDoorMoved) await records.sessions.removeOfUser(organisation, id);
    const detail = {
      name: changed.name,
      role: changed.role,
      password: hash === undefined ? "kept" : "changed",
      isDisabled: "disabledAt" in changed,
    };
    return { result: viewUser(changed), target: id, detail };
  });
}

/** Who signs in with a login and a password; undefined for nobody, whatever the reason. */
export async function signIn(ports: Ports, login: string, password: string): Promise<Actor | undefined> {
  const user = await userBehind(ports, login, password);
  return user && actorOfUser(user);
}

/** The user whose login and password these are, as long as the door is open. */
export async function userBehind({ store, keys }: Ports, login: string, password: string): Promise<User | undefined> {
  const name = loginOf(login);
  const user = name === undefined ? undefined : await store.read((records) => records.users.byLogin(name));
  if (user === undefined || user.disabledAt !== undefined) {
    // One slow hash as for everybody else, so that the time tells nothing.
    await keys.hashPassword(password);
    return undefined;
  }
  return (await keys.verifyPassword(user.passwordHash, password)) ? user : undefined;
}

export interface NewApiKey {
  readonly label: string;
  readonly role: Role;
  readonly expiresAt?: number;
}

/** Makes a key; its text is shown this once. */
export async function createApiKey(
  admin: Admin,
  organisation: string,
  { label, role, expiresAt }: NewApiKey,
): Promise<ApiKeyView & { readonly text: string }> {
  const { keys, random } = admin.ports;
  demandGrant(admin.actor, role);
  const id = random.id();
  const text = keyText(organisation, id, bearerSecret(random.secret()));
  return change(admin, "key.create", organisation, async (records, now) => {
    demandRoleFits(role, organisation);
    demand(expiresAt === undefined || expiresAt > now, "A key expires in the future.");
    const expiry = expiresAt === undefined ? {} : { expiresAt };
    const key = {
      organisation,
      id,
      label: namedByPerson(label),
      role,
      hash: keys.sha256(text),
      createdAt: now,
      ...expiry,
    };
    await records.apiKeys.insert(key);
    return { result: { ...viewKey(key), text }, target: id, detail: { label: key.label, role } };
  });
}

export const listApiKeys = (admin: Admin, organisation: string, page: Page): Promise<Paged<ApiKeyView>> =>
  look(admin, "key.read", organisation, async (records) => {
    const keys = await records.apiKeys.list(organisation, pageWithin(page));
    return { ...keys, rows: keys.rows.map(viewKey) };
  });

export const revokeApiKey = (admin: Admin, organisation: string, id: string): Promise<ApiKeyView> =>
  change(admin, "key.revoke", organisation, async (records, now) => {
    const key = found(await records.apiKeys.get(organisation, id), "such key");
    const revoked = { ...key, revokedAt: key.revokedAt ?? now };
    await records.apiKeys.update(revoked);
    return { result: viewKey(revoked), target: id, detail: { label: key.label } };
  });

/** Who a key belongs to; undefined where it is none, revoked or expired. */
export async function actorOfKeyText({ store, keys, clock }: Ports, text: string): Promise<Actor | undefined> {
  const parsed = parseKeyText(text);
  if (parsed === undefined) return undefined;
  const key = await store.read((records) => records.apiKeys.get(parsed.organisation, parsed.id));
  // Hashes are compared, not secrets: what a comparison's time tells is of no use.
  return key !== undefined && key.hash === keys.sha256(text) && isKeyUsable(key, clock.now())
    ? actorOfKey(key)
    : undefined;
}
