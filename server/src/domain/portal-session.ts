/**
 * A user's session with the admin API: how long it lasts, and how its token is spelt. Only a hash of the token is kept. It
 * must not know how somebody signed in.
 */
import { bearerText } from "./bearer-text.js";

export interface PortalSession {
  readonly organisation: string;
  readonly id: string;
  readonly user: string;
  /** SHA-256 of the session's token. */
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/** A session ends when it has not been used for an hour, or up to a quarter less … */
export const SESSION_IDLE_MS = 3_600_000;
/** … and twelve hours after it was opened, however much it is used. */
export const SESSION_MS = 12 * SESSION_IDLE_MS;

const TOKEN = bearerText("ltss");

/** The token as it is shown once. */
export const sessionText = TOKEN.write;

/** Takes a token apart; undefined for what is none. */
export const parseSessionText = TOKEN.parse;

export const newSession = (session: Omit<PortalSession, "expiresAt">): PortalSession => ({
  ...session,
  expiresAt: session.createdAt + SESSION_IDLE_MS,
});

export const isSessionLive = ({ expiresAt }: PortalSession, now: number): boolean => now < expiresAt;

/** The session after use; itself while more than three quarters of its idle time are left, so that most use writes nothing. */
export function usedSession(session: PortalSession, now: number): PortalSession {
  const end = session.createdAt + SESSION_MS;
  const expiresAt = Math.min(now + SESSION_IDLE_MS, end);
  const gained = expiresAt - session.expiresAt;
  return gained > SESSION_IDLE_MS / 4 || (gained > 0 && expiresAt === end) ? { ...session, expiresAt } : session;
}
