/** The admin API over a lab, asked without a network. It must not know any single test. */
import Fastify, { type FastifyInstance, type InjectOptions } from "fastify";
import type { Role } from "../../../server/src/domain/access.js";
import { nextRecord } from "../../../server/src/domain/audit.js";
import { SERVER } from "../../../server/src/domain/organisation.js";
import { adminPlugin } from "../../../server/src/http/admin/plugin.js";
import type { KeyRotation } from "../../../server/src/ports.js";
import { createApiKey } from "../../../server/src/usecases/admin-users.js";
import { type Lab, labWith } from "../lab.js";

export const PASSWORD = "correct horse battery";
export const SERVER_URL = "https://lts.example";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into whatever comes
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface Api {
  readonly lab: Lab;
  readonly app: FastifyInstance;
  /** An API key with this role. */
  keyOf(role: Role, organisation?: string): Promise<string>;
  /** Sends a request, with a key or a token where one is given. */
  ask(method: string, path: string, options?: { readonly token?: string; readonly body?: unknown }): Promise<Answer>;
}

/** Rotation that only notes what it was asked for. */
export const notedRotation = ({ ports }: Pick<Lab, "ports">): KeyRotation => ({
  rotate: (purposes, actor, isStolen = false) =>
    ports.store.transaction(async (records) => {
      const detail = { keys: purposes.join(" "), stolen: isStolen };
      const draft = { organisation: SERVER, at: 1, actor, action: "keys.rotate", target: "keyring", detail };
      await records.audit.append(nextRecord(await records.audit.head(SERVER), draft, ports.keys.sha256));
    }),
});

export function mount(lab: Pick<Lab, "ports">, servers: readonly string[] = [SERVER_URL]): FastifyInstance {
  const app = Fastify({ forceCloseConnections: true });
  app.register(adminPlugin({ ports: lab.ports, servers, rotation: notedRotation(lab) }), { prefix: "/api/v1" });
  return app;
}

/** An API over one organisation, `100`, with an item and the code `shop`. */
export async function openApi<L extends Lab>(lab: L): Promise<Api & { readonly lab: L }> {
  const app = mount(lab);
  return {
    lab,
    app,
    async keyOf(role, organisation = role === "operator" ? SERVER : "100") {
      return (await createApiKey(lab.operator, organisation, { label: role, role })).text;
    },
    async ask(method, path, { token, body } = {}) {
      const options = {
        method: method as NonNullable<InjectOptions["method"]>,
        url: `/api/v1${path}`,
        headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
        ...(body === undefined ? {} : { payload: body as object }),
      };
      const { statusCode, body: text, headers } = await app.inject(options);
      const isJson = /json/.test(String(headers["content-type"]));
      return { status: statusCode, headers, body: isJson ? JSON.parse(text) : text };
    },
  };
}

export const newApi = async () => openApi(await labWith());
