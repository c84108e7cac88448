/**
 * Sessions of people with the admin API: signing in, staying signed in, signing out, and one's own password. A session holds
 * only while its user may sign in. It must not know headers or cookies.
 */
import type { Actor } from "../domain/access.js";
import { bearerSecret } from "../domain/bearer-text.js";
import { DomainError, demand, found } from "../domain/domain-error.js";
import {
  isSessionLive,
  newSession,
  type PortalSession,
  parseSessionText,
  sessionText,
  usedSession,
} from "../domain/portal-session.js";
import { actorOfUser, demandPassword, type User } from "../domain/user.js";
import type { Ports } from "../ports.js";
import { type Admin, change } from "./admin.js";
import { userBehind } from "./admin-users.js";

/** A session as its user sees it. */
export interface SessionView {
  readonly actor: Actor;
  readonly expiresAt: number;
}

/** Opens a session for who signs in; undefined for nobody, whatever the reason. The token is shown this once. */
export async function openSession(
  ports: Ports,
  login: string,
  password: string,
): Promise<(SessionView & { readonly token: string }) | undefined> {
  const user = await userBehind(ports, login, password);
  if (user === undefined) return undefined;
  const { random, keys } = ports;
  const { organisation } = user;
  const actor = actorOfUser(user);
  const id = random.id();
  const token = sessionText(organisation, id, bearerSecret(random.secret()));
  return change({ ports, actor }, "session.open", organisation, async (records, now) => {
    const present = await records.users.get(organisation, user.id);
    // The door may have been shut while the password was being checked; sessions made before that have just ended.
    const isSame = present?.passwordHash === user.passwordHash && present.disabledAt === undefined;
    if (!isSame) throw new DomainError("conflict", "The user has just been changed; sign in again.");
    const session = newSession({ organisation, id, user: user.id, hash: keys.sha256(token), createdAt: now });
    await records.sessions.insert(session);
    return { result: { actor, token, expiresAt: session.expiresAt }, target: id };
  });
}

/** Whose token it is; undefined where it is none, has ended, or its user may no longer sign in. Use makes it last. */
export async function sessionOfText(
  { store, keys, clock }: Ports,
  text: string,
): Promise<(SessionView & { readonly id: string }) | undefined> {
  const parsed = parseSessionText(text);
  if (parsed === undefined) return undefined;
  const { organisation, id } = parsed;
  const now = clock.now();
  const hash = keys.sha256(text);
  const known = await store.read(async (records) => {
    const session = await records.sessions.get(organisation, id);
    const user = session && (await records.users.get(organisation, session.user));
    return session && user && { session, user };
  });
  if (known === undefined || !holds(known.session, known.user, hash, now)) return undefined;
  const used = usedSession(known.session, now);
  if (used !== known.session) {
    await store.transaction(async (records) => {
      // Signing out in the meantime wins.
      if ((await records.sessions.get(organisation, id)) !== undefined) await records.sessions.update(used);
    });
  }
  return { id, actor: actorOfUser(known.user), expiresAt: used.expiresAt };
}

/** Hashes are compared, not secrets: what a comparison's time tells is of no use. */
const holds = (session: PortalSession, user: User, hash: string, now: number): boolean =>
  session.hash === hash && isSessionLive(session, now) && user.disabledAt === undefined;

export const endSession = (admin: Admin, id: string): Promise<void> =>
  change(admin, "session.end", admin.actor.organisation, async (records) => {
    const { organisation } = admin.actor;
    const session = await records.sessions.get(organisation, id);
    const isOwn = session !== undefined && session.user === userIdOf(admin.actor);
    found(isOwn ? session : undefined, "such session of yours");
    await records.sessions.remove(organisation, id);
    return { result: undefined, target: id };
  });

/** Gives oneself another password; all sessions of the user end, this one too. */
export async function changeOwnPassword(admin: Admin, current: string, next: string): Promise<void> {
  const { keys, store } = admin.ports;
  const { organisation } = admin.actor;
  const id = userIdOf(admin.actor);
  demand(id !== undefined, "An API key has no password; make another key and revoke this one.");
  demandPassword(next);
  const user = await store.read(async (records) => found(await records.users.get(organisation, id), "such user"));
  if (!(await keys.verifyPassword(user.passwordHash, current))) {
    throw new DomainError("forbidden", "The current password is wrong.");
  }
  const passwordHash = await keys.hashPassword(next);
  await change(admin, "password.change", organisation, async (records) => {
    const now = found(await records.users.get(organisation, id), "such user");
    if (now.passwordHash !== user.passwordHash)
      throw new DomainError("conflict", "The password has just been changed.");
    await records.users.update({ ...now, passwordHash });
    await records.sessions.removeOfUser(organisation, id);
    return { result: undefined, target: id };
  });
}

/** The user behind an actor; undefined for keys and the command line. */
const userIdOf = ({ id }: Actor): string | undefined => /^user:(.+)$/.exec(id)?.[1];

/** Deletes sessions of all organisations that have ended; returns how many. */
export const sweepSessions = ({ store, clock }: Ports): Promise<number> =>
  store.transaction((records) => records.sessions.removeExpired(clock.now()));
