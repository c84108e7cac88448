/**
 * Every setting of the server: its name in the file, its variable in the environment, what it takes, and what holds where
 * nothing is said. Reads single values; it must not know files, nor how settings depend on each other.
 */
import { LOG_LEVELS, type LogLevel, USUAL_LIMITS } from "./http/options.js";

/** A value as it was read, or what it should have been. */
type Read<T> = { readonly value: T } | { readonly wanted: string };

export interface Setting<T> {
  readonly variable: string;
  /** For `lts help settings`. */
  readonly about: string;
  readonly usual?: T;
  /** Reads a text of the environment or a value of the file. */
  readonly read: (value: unknown) => Read<T>;
  /** Its value is shown nowhere. */
  readonly isSecret?: boolean;
}

const text = (value: unknown): Read<string> =>
  typeof value === "string" && value.trim() !== "" && !value.includes("\0")
    ? { value: value.trim() }
    : { wanted: "a text that is not empty" };

const wholeNumber =
  (min: number, max: number) =>
  (value: unknown): Read<number> => {
    const isText = typeof value === "string" && /^\d{1,15}$/.test(value.trim());
    const number = isText ? Number(value) : value;
    return Number.isSafeInteger(number) && (number as number) >= min && (number as number) <= max
      ? { value: number as number }
      : { wanted: `a whole number from ${min} to ${max}` };
  };

const yesOrNo = (value: unknown): Read<boolean> => {
  if (value === true || value === "yes" || value === "true" || value === "1") return { value: true };
  if (value === false || value === "no" || value === "false" || value === "0") return { value: false };
  return { wanted: "yes or no" };
};

const list = (value: unknown): Read<readonly string[]> => {
  const entries = typeof value === "string" ? value.split(",") : value;
  const isList = Array.isArray(entries) && entries.every((entry) => typeof entry === "string");
  if (!isList) return { wanted: "a list of texts, or one text with commas between them" };
  return { value: (entries as string[]).map((entry) => entry.trim()).filter((entry) => entry !== "") };
};

const url = (value: unknown): Read<string> => {
  const wanted = "a URL such as https://lts.example";
  if (typeof value !== "string" || !URL.canParse(value.trim())) return { wanted };
  const { protocol, username, password, search, hash } = new URL(value.trim());
  if (!/^https?:$/.test(protocol) || username || password || search || hash) return { wanted };
  return { value: value.trim().replace(/\/+$/, "") };
};

const urls = (value: unknown): Read<readonly string[]> => {
  const entries = list(value);
  if ("wanted" in entries) return entries;
  const read = entries.value.map(url);
  const wrong = read.find((entry) => "wanted" in entry);
  return wrong ?? { value: read.map((entry) => (entry as { value: string }).value) };
};

const logLevel = (value: unknown): Read<LogLevel> => {
  const found = LOG_LEVELS.find((level) => level === value);
  return found === undefined ? { wanted: `one of ${LOG_LEVELS.join(", ")}` } : { value: found };
};

const limit = (about: string, variable: string, usual: number): Setting<number> & { readonly usual: number } => ({
  variable,
  about: `${about}; 0 for no limit`,
  usual,
  read: wholeNumber(0, 100_000_000),
});

const PORT = wholeNumber(0, 65_535);

/** All settings by their names in the file. */
export const SETTINGS = {
  data: { variable: "LTS_DATA", about: "folder of the database and the master key", usual: "lts-data", read: text },
  database: {
    variable: "LTS_DATABASE",
    about: "postgres://… or the path of an SQLite file; usually lts.sqlite in the folder of `data`",
    read: text,
    isSecret: true,
  },
  masterKey: {
    variable: "LTS_MASTER_KEY",
    about: "key that seals the server's keys, instead of a file",
    read: text,
    isSecret: true,
  },
  masterKeyFile: {
    variable: "LTS_MASTER_KEY_FILE",
    about: "file with that key; usually master.key in the folder of `data`",
    read: text,
  },
  host: { variable: "LTS_HOST", about: "address to listen on", usual: "127.0.0.1", read: text },
  port: { variable: "LTS_PORT", about: "port to listen on; 0 for any that is free", usual: 8470, read: PORT },
  publicUrl: { variable: "LTS_PUBLIC_URL", about: "where pages reach this server; licence keys name it", read: url },
  standbyUrls: {
    variable: "LTS_STANDBY_URLS",
    about: "servers to turn to when this one does not answer; licence keys name them too",
    usual: [],
    read: urls,
  },
  tlsCert: { variable: "LTS_TLS_CERT", about: "file with the certificate chain (PEM), for https", read: text },
  tlsKey: { variable: "LTS_TLS_KEY", about: "file with the certificate's private key (PEM)", read: text },
  trustedProxies: {
    variable: "LTS_TRUSTED_PROXIES",
    about: "addresses or networks of proxies whose X-Forwarded-* headers are believed",
    usual: [],
    read: list,
  },
  allowPlainHttp: {
    variable: "LTS_ALLOW_PLAIN_HTTP",
    about: "serve other machines without https: for tests only",
    usual: false,
    read: yesOrNo,
  },
  operationsHost: {
    variable: "LTS_OPERATIONS_HOST",
    about: "address for metrics and health",
    usual: "127.0.0.1",
    read: text,
  },
  operationsPort: {
    variable: "LTS_OPERATIONS_PORT",
    about: "port for metrics and health; 0 for any that is free",
    usual: 9470,
    read: PORT,
  },
  logLevel: { variable: "LTS_LOG_LEVEL", about: LOG_LEVELS.join(", "), usual: "info", read: logLevel },
  stopSeconds: {
    variable: "LTS_STOP_SECONDS",
    about: "how long requests may take to end when the server is told to stop",
    usual: 20,
    read: wholeNumber(0, 3600),
  },
  authorizePerAddress: limit(
    "authorisations a minute from one address",
    "LTS_AUTHORIZE_PER_ADDRESS",
    USUAL_LIMITS.authorizePerAddress,
  ),
  authorizePerDevice: limit(
    "authorisations a minute of one device",
    "LTS_AUTHORIZE_PER_DEVICE",
    USUAL_LIMITS.authorizePerDevice,
  ),
  reportPerAddress: limit("reports a minute from one address", "LTS_REPORT_PER_ADDRESS", USUAL_LIMITS.reportPerAddress),
  reportPerDevice: limit("reports a minute of one device", "LTS_REPORT_PER_DEVICE", USUAL_LIMITS.reportPerDevice),
  inFlight: limit("requests of devices in work at once", "LTS_IN_FLIGHT", USUAL_LIMITS.inFlight),
} as const satisfies Record<string, Setting<unknown>>;

export type SettingName = keyof typeof SETTINGS;

type ValueOf<S> = S extends { read: (value: unknown) => Read<infer T> } ? T : never;

/** All values; those that have no usual one may be absent. */
export type Settings = {
  readonly [N in SettingName as (typeof SETTINGS)[N] extends { usual: unknown } ? N : never]: ValueOf<
    (typeof SETTINGS)[N]
  >;
} & {
  readonly [N in SettingName as (typeof SETTINGS)[N] extends { usual: unknown } ? never : N]?: ValueOf<
    (typeof SETTINGS)[N]
  >;
};

export const isSettingName = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name);
