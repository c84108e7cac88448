/** People who sign in and programs that do (API keys). Only hashes of what proves them are kept. */
import type { Actor, Role } from "./access.js";
import { bearerText } from "./bearer-text.js";
import { demand } from "./domain-error.js";
import { namedByPerson, SERVER } from "./organisation.js";

export interface User {
  /** {@link SERVER} for operators. */
  readonly organisation: string;
  readonly id: string;
  /** What is typed to sign in; one of its kind on the server, lower case. */
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly passwordHash: string;
  readonly createdAt: number;
  readonly disabledAt?: number;
}

export interface ApiKey {
  readonly organisation: string;
  readonly id: string;
  readonly label: string;
  readonly role: Role;
  /** SHA-256 of the secret, which has 256 random bits and therefore needs no slow hash. */
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt?: number;
  readonly revokedAt?: number;
}

/** Fewest characters of a password. */
export const PASSWORD_LENGTH = 12;

export function demandPassword(password: string): void {
  demand(
    password.length >= PASSWORD_LENGTH && password.length <= 256,
    `A password takes ${PASSWORD_LENGTH}–256 characters.`,
  );
}

/** Operators belong to the server, everybody else to an organisation. */
export const demandRoleFits = (role: Role, organisation: string): void =>
  demand(
    (role === "operator") === (organisation === SERVER),
    "Operators belong to the server, owners and viewers to an organisation.",
  );

/** A login as it is kept, from what somebody types; undefined for what cannot be one. */
export function loginOf(text: string): string | undefined {
  const login = text.trim().toLowerCase();
  return /^[^\s\p{Cc}\p{Cs}]{3,120}$/u.test(login) ? login : undefined;
}

export function newUser(user: Omit<User, "disabledAt">): User {
  const login = loginOf(user.login);
  demand(login !== undefined, "A login takes 3–120 characters without spaces.");
  demandRoleFits(user.role, user.organisation);
  return { ...user, login, name: namedByPerson(user.name) };
}

const KEY_TEXT = bearerText("lts");

/** The key as it is shown once. */
export const keyText = KEY_TEXT.write;

/** Takes a key apart; undefined for what is none. */
export const parseKeyText = KEY_TEXT.parse;

export const isKeyUsable = (key: ApiKey, now: number): boolean =>
  key.revokedAt === undefined && (key.expiresAt === undefined || now < key.expiresAt);

export const actorOfKey = ({ organisation, id, role }: ApiKey): Actor => ({ organisation, id: `key:${id}`, role });

export const actorOfUser = ({ organisation, id, role }: User): Actor => ({ organisation, id: `user:${id}`, role });
