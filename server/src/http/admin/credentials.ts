/** Who sends a request, by its Authorization header: an API key or the token of a session. It must not know roles. */
import type { Actor } from "../../domain/access.js";
import type { Ports } from "../../ports.js";
import { sessionOfText } from "../../usecases/admin-sessions.js";
import { actorOfKeyText } from "../../usecases/admin-users.js";
import { ProblemError } from "./problem.js";

/** Somebody who is signed in. */
export interface SignedIn {
  readonly actor: Actor;
  /** Undefined for API keys. */
  readonly session: string | undefined;
}

/** Longer than any key or token. */
const HEADER_LENGTH = 512;

/** Throws `not_signed_in` in the same words whatever is wrong. */
export async function signedIn(ports: Ports, header: string | undefined): Promise<SignedIn> {
  const [, text] =
    header !== undefined && header.length <= HEADER_LENGTH ? (/^Bearer +(\S+)$/i.exec(header) ?? []) : [];
  if (text !== undefined) {
    const session = await sessionOfText(ports, text);
    if (session !== undefined) return { actor: session.actor, session: session.id };
    const actor = await actorOfKeyText(ports, text);
    if (actor !== undefined) return { actor, session: undefined };
  }
  throw new ProblemError("not_signed_in");
}
