/**
 * A route of the admin API as data: who may use it, what it takes and gives, and the use case behind it. Plugin, OpenAPI
 * document and tests read the same rows. It must not know what any route does.
 */
import { type Static, type TObject, type TSchema, Type } from "typebox";
import type { Action } from "../../domain/access.js";
import type { KeyRotation } from "../../ports.js";
import { type Admin, PAGE_LIMIT } from "../../usecases/admin.js";
import type { AttemptLimit } from "../../usecases/attempt-limit.js";
import type { ProblemCode } from "./problem.js";

/**
 * Whose things a route is about: `organisation` has it in its path, `server` stands for the server itself, `own` for the
 * organisation of who asks.
 */
export type Scope = "organisation" | "server" | "own";

/** What the use case behind a route is called with. */
export interface Call<P, Q, B> {
  readonly admin: Admin;
  /** By the route's scope. */
  readonly organisation: string;
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** URLs of this server for licence keys, the main one first. */
  readonly servers: readonly string[];
  /** The session that asks; undefined for an API key. */
  readonly session: string | undefined;
  /** Undefined where keys are rotated in another way. */
  readonly rotation: KeyRotation | undefined;
  /** Where passwords are tried. */
  readonly attempts: AttemptLimit;
}

/** What a route gives may be read-only all the way down. */
export type Reply<T> = T extends readonly (infer E)[]
  ? readonly Reply<E>[]
  : T extends object
    ? { readonly [K in keyof T]: Reply<T[K]> }
    : T;

export interface AdminRoute {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Path within its scope; `:name` are the parameters. */
  readonly path: string;
  readonly scope: Scope;
  readonly id: string;
  readonly summary: string;
  readonly description?: string;
  readonly tag: Tag;
  readonly action: Action;
  readonly params: TObject;
  readonly query: TObject;
  /** Undefined where none is taken. */
  readonly body: TSchema | undefined;
  /** Undefined for 204. */
  readonly reply: TSchema | undefined;
  readonly status: 200 | 201 | 204;
  /** Problems beyond those that follow from the rest. */
  readonly problems?: readonly ProblemCode[];
  // biome-ignore lint/suspicious/noExplicitAny: `adminRoute` has checked that the schemas fit what it takes and gives
  readonly run: (call: Call<any, any, any>) => Promise<unknown>;
}

/** Groups of routes, with what they are about. */
export const TAGS = {
  session: "Signing in and out, and one's own password.",
  organisations: "Who holds licences.",
  users: "People who sign in.",
  "api-keys": "What programs sign in with.",
  codes: "Handshake codes: the stable names that applications use, and the licence keys that lead to them.",
  items: "Licence items: what is permitted, for which time and how much of it.",
  orders: "Initial orders, increases and renewals, from request to activation.",
  devices: "Browsers on an origin that are in use.",
  usage: "What has been scanned, by how many devices at a time, and what was refused.",
  audit: "Who changed what and when, in a chain of hashes.",
  server: "What belongs to the server itself.",
} as const;

export type Tag = keyof typeof TAGS;

const NOTHING = Type.Object({});

interface Definition<P extends TObject, Q extends TObject, B extends TSchema, R extends TSchema>
  extends Pick<AdminRoute, "method" | "path" | "id" | "summary" | "tag" | "action"> {
  readonly scope?: Scope;
  readonly description?: string;
  readonly problems?: readonly ProblemCode[];
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly reply?: R;
  /** @default 200, or 204 where nothing is given */
  readonly status?: 201;
  readonly run: (call: Call<Static<P>, Static<Q>, Static<B>>) => Promise<Reply<Static<R>>>;
}

/** A route whose use case is checked against its schemas by the compiler. */
export function adminRoute<
  P extends TObject = TObject,
  Q extends TObject = TObject,
  B extends TSchema = TSchema,
  R extends TSchema = TSchema,
>(definition: Definition<P, Q, B, R>): AdminRoute {
  const { scope = "organisation", params, query, body, reply, status, ...rest } = definition;
  const ofOrganisation = { organisation: Type.String({ pattern: "^[a-z0-9]{1,24}$", description: "Its id." }) };
  return {
    ...rest,
    scope,
    params: Type.Object({ ...(scope === "organisation" ? ofOrganisation : {}), ...(params ?? NOTHING).properties }),
    query: closed(query ?? NOTHING),
    body: body,
    reply: reply,
    status: status ?? (reply === undefined ? 204 : 200),
  };
}

/** Unknown members are an error: a misspelt one must not be ignored. */
const closed = (schema: TObject): TObject => Type.Object(schema.properties, { additionalProperties: false });

/** The same route for the server's own users, keys and records. */
export const ofServerToo = (route: AdminRoute): readonly AdminRoute[] => {
  const { organisation: _, ...params } = route.params.properties;
  const id = route.id.replace(/^[a-z]+/, (verb) => `${verb}Server`);
  const summary = route.summary.replace(" of an organisation", "").replace(/\.$/, " (of the server itself).");
  return [route, { ...route, scope: "server", id, summary, params: Type.Object(params), tag: "server" }];
};

/** Path of a route below `/api/v1`. */
export function pathOf({ scope, path }: Pick<AdminRoute, "scope" | "path">): string {
  if (scope === "organisation") return `/organisations/:organisation${path}`;
  return scope === "server" ? `/server${path}` : path;
}

/** Which rows of a list. */
export const PAGE_QUERY = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: PAGE_LIMIT, default: 50, description: "Most rows of the answer." }),
  ),
  after: Type.Optional(Type.String({ pattern: "^[!-~]{1,200}$", description: "`next` of the page before." })),
};

interface PageQuery {
  readonly limit?: number;
  readonly after?: string;
}

/** The page that a query asks for. */
export const pageOf = ({ limit = 50, after }: PageQuery) => ({ limit, ...(after === undefined ? {} : { after }) });

/** A page of rows. */
export const paged = <T extends TSchema>(row: T) =>
  Type.Object({
    rows: Type.Array(row),
    next: Type.Optional(Type.String({ description: "Give it as `after` for the next page; absent on the last." })),
  });

/** A time. */
export const time = (description: string) =>
  Type.Integer({ description: `${description} Milliseconds since 1970-01-01T00:00:00Z.`, examples: [1777636800000] });

/** A day of UTC. */
export const day = (description: string) =>
  Type.String({ pattern: "^\\d{4}-\\d{2}-\\d{2}$", description: `${description} YYYY-MM-DD, UTC.` });

/** One of several words. */
export const choice = <const T extends string>(values: readonly T[], options: { readonly description?: string } = {}) =>
  Type.Unsafe<T>({ type: "string", enum: [...values], ...options });

/** Id of a record. Other text is refused here: some stores fail on characters that no id has. */
export const recordId = (description: string) => Type.String({ pattern: "^[A-Za-z0-9_-]{1,100}$", description });

/** The caller's own id for what a request makes. */
export const OWN_ID = Type.Optional(
  Type.String({
    pattern: "^[A-Za-z0-9]{16,64}$",
    description: "An id of your own, such as a UUID without hyphens: repeating the request then makes nothing twice.",
  }),
);
