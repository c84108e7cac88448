import { describe, expect, test } from "vitest";
import { ConfigError, type ConfigSources, readConfig } from "../../../server/src/config.js";
import { SETTINGS } from "../../../server/src/settings.js";

const CERT = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n";
const KEY = "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----\n";

function sources(env: ConfigSources["env"] = {}, files: Record<string, string> = {}, file?: string): ConfigSources {
  return {
    env,
    folder: "/srv",
    readFile: (path) => {
      if (path.endsWith("secret.pem")) throw Object.assign(new Error("no"), { code: "EACCES" });
      return files[path];
    },
    ...(file === undefined ? {} : { file }),
  };
}

function problems(env: ConfigSources["env"], files: Record<string, string> = {}, file?: string): readonly string[] {
  try {
    readConfig(sources(env, files, file));
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe("configuration", () => {
  test("nothing said: this machine only, SQLite in a folder", () => {
    expect(readConfig(sources())).toMatchObject({
      host: "127.0.0.1",
      port: 8470,
      data: "/srv/lts-data",
      database: "/srv/lts-data/lts.sqlite",
      masterKeyFile: "/srv/lts-data/master.key",
      publicUrl: "http://localhost:8470",
      isHttpsOnly: false,
    });
  });

  test("the environment goes before the file, and both before what is usual", () => {
    const file = {
      "/srv/lts.json": JSON.stringify({ port: 1, logLevel: "warn", standbyUrls: ["https://b.example/"] }),
    };
    const config = readConfig(sources({ LTS_PORT: "2" }, file));
    expect(config).toMatchObject({ port: 2, logLevel: "warn", stopSeconds: 20 });
    expect(config.servers).toEqual(["http://localhost:2", "https://b.example"]);
  });

  test("an empty variable says nothing", () => {
    expect(readConfig(sources({ LTS_PORT: "" })).port).toBe(8470);
  });

  test("a database elsewhere stays as it is written", () => {
    expect(readConfig(sources({ LTS_DATABASE: "postgres://u:p@db/lts" })).database).toBe("postgres://u:p@db/lts");
    expect(readConfig(sources({ LTS_DATABASE: "x.sqlite" })).database).toBe("/srv/x.sqlite");
  });

  test("R22 https by a certificate, or at a proxy", () => {
    const files = { "/srv/c.pem": CERT, "/srv/k.pem": KEY };
    const own = readConfig(sources({ LTS_TLS_CERT: "c.pem", LTS_TLS_KEY: "k.pem", LTS_HOST: "0.0.0.0" }, files));
    expect(own).toMatchObject({
      isHttpsOnly: true,
      publicUrl: "https://localhost:8470",
      tls: { cert: CERT, key: KEY },
    });
    const proxied = { LTS_PUBLIC_URL: "https://lts.example/", LTS_TRUSTED_PROXIES: "10.0.0.0/8, ::1" };
    expect(readConfig(sources(proxied))).toMatchObject({
      isHttpsOnly: true,
      publicUrl: "https://lts.example",
      trustedProxies: ["10.0.0.0/8", "::1"],
    });
  });

  test("no setting is named twice", () => {
    const variables = Object.values(SETTINGS).map(({ variable }) => variable);
    expect(new Set(variables).size).toBe(variables.length);
  });
});

describe("a fault names the setting, the value and the remedy", () => {
  const table: [string, ConfigSources["env"], Record<string, string>, string][] = [
    ["a port that is none", { LTS_PORT: "http" }, {}, 'LTS_PORT is "http". It takes a whole number from 0 to 65535.'],
    [
      "a port in the file",
      {},
      { "/srv/lts.json": '{"port":70000}' },
      '"port" in lts.json is 70000. It takes a whole number from 0 to 65535.',
    ],
    [
      "a level that is none",
      { LTS_LOG_LEVEL: "loud" },
      {},
      'LTS_LOG_LEVEL is "loud". It takes one of fatal, error, warn, info, debug, trace, silent.',
    ],
    [
      "a URL that is none",
      { LTS_PUBLIC_URL: "lts.example" },
      {},
      'LTS_PUBLIC_URL is "lts.example". It takes a URL such as https://lts.example.',
    ],
    ["yes or no", { LTS_ALLOW_PLAIN_HTTP: "maybe" }, {}, 'LTS_ALLOW_PLAIN_HTTP is "maybe". It takes yes or no.'],
    [
      "a name that is mistyped",
      {},
      { "/srv/lts.json": '{"prot":1}' },
      '"prot" in lts.json is no setting. See `lts help settings`.',
    ],
    [
      "a name that is nearly right",
      {},
      { "/srv/lts.json": '{"public_url":"x"}' },
      '"public_url" in lts.json is no setting. Did you mean "publicUrl"?',
    ],
    [
      "a file that is no JSON",
      {},
      { "/srv/lts.json": "port = 1" },
      'lts.json is no JSON object. Write { "port": 8470 }, for instance.',
    ],
    [
      "a file that is not there",
      { LTS_CONFIG: "/etc/lts.json" },
      {},
      "/etc/lts.json does not exist. Create it, or name another file by --config.",
    ],
    [
      "a certificate without its key",
      { LTS_TLS_CERT: "c.pem" },
      { "/srv/c.pem": CERT },
      'LTS_TLS_KEY ("tlsKey") is missing. https needs the certificate and its key: name both files.',
    ],
    [
      "a certificate that is not there",
      { LTS_TLS_CERT: "x.pem", LTS_TLS_KEY: "k.pem" },
      { "/srv/k.pem": KEY },
      'LTS_TLS_CERT ("tlsCert") is "x.pem", which does not exist. Name the file in PEM.',
    ],
    [
      "a key that cannot be read",
      { LTS_TLS_CERT: "c.pem", LTS_TLS_KEY: "secret.pem" },
      { "/srv/c.pem": CERT },
      'LTS_TLS_KEY ("tlsKey") is "secret.pem", which cannot be read (EACCES). Let the server\'s user read it.',
    ],
    [
      "files that were mixed up",
      { LTS_TLS_CERT: "k.pem", LTS_TLS_KEY: "k.pem" },
      { "/srv/k.pem": KEY },
      'LTS_TLS_CERT ("tlsCert") is "k.pem", which is not in PEM. Convert it.',
    ],
    [
      "R22 http beside a certificate",
      { LTS_TLS_CERT: "c.pem", LTS_TLS_KEY: "k.pem", LTS_PUBLIC_URL: "http://a.example" },
      { "/srv/c.pem": CERT, "/srv/k.pem": KEY },
      'LTS_PUBLIC_URL ("publicUrl") is "http://a.example", but a certificate is configured. Write https://…',
    ],
    [
      "R22 https that nobody speaks",
      { LTS_PUBLIC_URL: "https://a.example" },
      {},
      'LTS_PUBLIC_URL ("publicUrl") is "https://a.example", but nothing here speaks https. Name the certificate\'s files (tlsCert, tlsKey), or the proxy that has it (trustedProxies).',
    ],
    [
      "a proxy by name",
      { LTS_TRUSTED_PROXIES: "proxy.example" },
      {},
      'LTS_TRUSTED_PROXIES ("trustedProxies") has "proxy.example". It takes addresses and networks, such as 127.0.0.1 or 10.0.0.0/8.',
    ],
  ];
  test.each(table)("%s", (_, env, files, said) => {
    expect(problems(env, files)).toEqual([said]);
  });

  test("R22 plain http for other machines is asked for in so many words, or refused", () => {
    expect(problems({ LTS_HOST: "0.0.0.0" })).toEqual([
      expect.stringMatching(/^LTS_HOST \("host"\) is "0\.0\.0\.0", which other machines reach, without https\. /),
    ]);
    expect(problems({ LTS_HOST: "0.0.0.0", LTS_ALLOW_PLAIN_HTTP: "yes" })).toEqual([]);
  });

  test("the value of a secret is not repeated", () => {
    const said = problems({}, { "/srv/lts.json": JSON.stringify({ masterKey: 4711, database: ["pg"] }) }).join();
    expect(said).toContain(
      '"masterKey" in lts.json has a value that is not shown here. It takes a text that is not empty.',
    );
    expect(said).not.toContain("4711");
  });

  test("all faults are told at once", () => {
    expect(problems({ LTS_PORT: "x", LTS_STOP_SECONDS: "soon", LTS_IN_FLIGHT: "-1" })).toHaveLength(3);
  });
});
