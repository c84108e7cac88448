import { readFileSync } from "node:fs";
import type { InjectOptions } from "fastify";
import { describe, expect, test } from "vitest";
import { SERVER } from "../../../server/src/domain/organisation.js";
import { PROBLEMS } from "../../../server/src/http/admin/problem.js";
import { createUser } from "../../../server/src/usecases/admin-users.js";
import { LICENSE_TYPES } from "../../../src/rules/license-types.js";
import { parseLicenseKey } from "../../../src/rules/protocol/license-key.js";
import { ask, cell, granted, type Lab, openLab, send } from "../lab.js";
import { mount, PASSWORD, SERVER_URL } from "./open-api.js";

const GUIDE = readFileSync(new URL("../../../docs/server-api.md", import.meta.url), "utf8");

/** Lines of the guide that a shell would run, in their order. */
const LINES = [...GUIDE.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block]) => (block as string).trim().split("\n"));

describe("R76 the licence pages", () => {
  const page = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
  const [, section = ""] = /\n## What an application is, and the policies\n([\s\S]*?)\n## /.exec(GUIDE) ?? [];

  test("lead to what an application is, and to the policies", () => {
    expect(page("license.md")).toContain("(server-api.md#what-an-application-is-and-the-policies)");
    expect(page("server.md")).toContain("(server-api.md)");
    expect(section).toMatch(/An \*application\* is .*one handshake code/);
  });

  test("name every type and every setting of a licence item, and no other", () => {
    const [, settings = ""] = /interface ItemSettings \{([\s\S]*?)\n\}/.exec(
      readFileSync(new URL("../../../server/src/domain/license-item.ts", import.meta.url), "utf8"),
    ) as RegExpExecArray;
    const wanted = [...settings.matchAll(/readonly (\w+)\??:/g)].map(([, name]) => name);
    const named = [...section.matchAll(/^\| [^|]*\|([^|]*)\|/gm)].flatMap(
      ([, cellText = ""]) => cellText.match(/`[^`]+`/g) ?? [],
    );
    expect(wanted.length).toBeGreaterThan(5);
    expect(named.map((name) => name.slice(1, -1)).sort()).toEqual([...Object.keys(LICENSE_TYPES), ...wanted].sort());
  });
});

type Names = Record<string, string>;

/** Words of a line as a shell sees them: parts in ' as they are, the rest with $NAME filled in. */
function wordsOf(line: string, names: Names): string[] {
  const filled = (text: string) => text.replace(/\$(\w+)/g, (_, name: string) => names[name] ?? `unset ${name}`);
  return [...line.matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replace(
      /'([^']*)'|"([^"]*)"|([^'"]+)/g,
      (_, plain?: string, quoted?: string, bare?: string) => plain ?? filled(quoted ?? bare ?? ""),
    ),
  );
}

/** The request that a curl line sends. */
function requestOf(line: string, names: Names): InjectOptions {
  const [program, ...words] = wordsOf(line, names);
  expect(program).toBe("curl");
  const headers: Record<string, string> = {};
  const request: { method?: string; url?: string; payload?: string } = {};
  while (words.length > 0) {
    const word = words.shift() as string;
    if (word === "-X") request.method = words.shift() as string;
    else if (word === "-H") {
      const [name, value] = (words.shift() as string).split(": ") as [string, string];
      headers[name] = value;
    } else if (word === "--json") {
      headers["content-type"] = "application/json";
      request.payload = words.shift() as string;
    } else if (word !== "-sS") request.url = word.replace(/^https:\/\/[^/]+/, "");
  }
  const method = request.method ?? (request.payload === undefined ? "GET" : "POST");
  return { ...request, method, headers } as InjectOptions;
}

/** Runs the guide; returns what its names stand for and every answer. */
async function run(lab: Lab) {
  const app = mount(lab);
  const names: Names = {};
  const answers: { readonly line: string; readonly status: number; readonly body: string }[] = [];
  for (const line of LINES) {
    const [, name, value] = /^(\w+)=(?!\$\()(.*)$/.exec(line) ?? [];
    if (name !== undefined) {
      names[name] = value as string;
      continue;
    }
    const [, into, curl, path] = /^(?:(\w+)=\$\()?(curl .*?)(?: \| jq -r ([.\w]+)\))?$/.exec(line) ?? [];
    const { statusCode, body } = await app.inject(requestOf(curl as string, names));
    answers.push({ line, status: statusCode, body });
    if (into === undefined) continue;
    const member = (path as string)
      .split(".")
      .slice(1)
      .reduce((it, key) => it?.[key], JSON.parse(body));
    names[into] = String(member);
  }
  return { names, answers };
}

const withOperator = async () => {
  const lab = openLab();
  const operator = { login: "operator@lts.example", name: "Op", role: "operator", password: PASSWORD } as const;
  await createUser(lab.operator, SERVER, operator);
  return lab;
};

describe("docs/server-api.md", () => {
  test("its lines lead from nothing to a licence key that works, and each of them succeeds", async () => {
    const lab = await withOperator();
    const { names, answers } = await run(lab);
    expect(answers.length).toBeGreaterThan(15);
    expect(answers.filter(({ status }) => status >= 300)).toEqual([]);
    const key = parseLicenseKey(names.KEY ?? "");
    if (!key.ok || key.value.kind !== "server") throw new Error(`no key of a server: ${names.KEY}`);
    expect(key.value).toMatchObject({ organisation: "100", code: "100-shop", servers: [SERVER_URL] });
    const { session, token } = granted(await ask(lab));
    expect(token.license.quota).toBe(150_000);
    await send(lab, session, [cell(7)]);
    expect(await lab.store.verify()).toEqual([]);
  });

  test("only the listed domains may use the key", async () => {
    const lab = await withOperator();
    await run(lab);
    expect((await ask(lab, 1, {}, "https://other.example")).ok).toBe(false);
    expect((await ask(lab, 1, {}, "https://till.shop.example")).ok).toBe(true);
  });

  test("lists every problem code with its status", () => {
    const rows = [...GUIDE.matchAll(/^\| `(\w+)` \| (\d+) \|$/gm)].map(([, code, status]) => [code, Number(status)]);
    expect(rows).toEqual(Object.entries(PROBLEMS).map(([code, { status }]) => [code, status]));
  });
});
