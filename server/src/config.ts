/**
 * The configuration: a JSON file, and the environment, which goes before it. All that is wrong is told at once, each by
 * setting, value and remedy. Files are read by what is passed in; it must not know how the server uses the settings.
 */
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import type { Limits, Tls } from "./http/options.js";
import { isSettingName, SETTINGS, type Setting, type SettingName, type Settings } from "./settings.js";

export interface Config extends Settings {
  readonly data: string;
  /** Where the storage is, as `openStorage` takes it. */
  readonly database: string;
  readonly masterKeyFile: string;
  readonly publicUrl: string;
  /** What licence keys name: this server, then its stand-bys. */
  readonly servers: readonly string[];
  readonly tls?: Tls;
  readonly isHttpsOnly: boolean;
  readonly limits: Limits;
}

export interface ConfigSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that relative paths start from. */
  readonly folder: string;
  /** A file that was named; it must be there. @default `LTS_CONFIG`, else lts.json where there is one */
  readonly file?: string;
  /** The text of a file; undefined where there is none. Throws where it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

/** All that is wrong with the configuration, a line for each. */
export class ConfigError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ConfigError";
  }
}

export const USUAL_FILE = "lts.json";

/** The configuration; throws {@link ConfigError}. */
export function readConfig(sources: ConfigSources): Config {
  const problems: string[] = [];
  const { name: file, content } = readFile(sources, problems);
  const settings = readSettings(sources, file, content, problems);
  const tls = readTls(settings, sources, problems);
  const data = resolve(sources.folder, settings.data);
  const database = settings.database ?? join(data, "lts.sqlite");
  const masterKeyFile =
    settings.masterKeyFile === undefined ? join(data, "master.key") : resolve(sources.folder, settings.masterKeyFile);
  const publicUrl = settings.publicUrl ?? `${tls === undefined ? "http" : "https"}://${urlHost(settings)}`;
  checkHttps(settings, problems);
  if (problems.length > 0) throw new ConfigError(problems);
  const { authorizePerAddress, authorizePerDevice, reportPerAddress, reportPerDevice, inFlight } = settings;
  return {
    ...settings,
    data,
    database: /^[a-z]{2,}:/i.test(database) ? database : resolve(sources.folder, database),
    masterKeyFile,
    publicUrl,
    servers: [publicUrl, ...settings.standbyUrls],
    ...(tls === undefined ? {} : { tls }),
    isHttpsOnly: publicUrl.startsWith("https:"),
    limits: { authorizePerAddress, authorizePerDevice, reportPerAddress, reportPerDevice, inFlight },
  };
}

const urlHost = ({ host, port }: Settings): string => {
  const name = host === "0.0.0.0" || host === "::" || isLoopback(host) ? "localhost" : host;
  return `${isIP(name) === 6 ? `[${name}]` : name}:${port}`;
};

const isLoopback = (host: string): boolean => host === "localhost" || host === "::1" || /^127\./.test(host);

function readFile({ env, folder, file, readFile: read }: ConfigSources, problems: string[]) {
  const named = file ?? env.LTS_CONFIG;
  const name = named ?? USUAL_FILE;
  const nothing = { name, content: {} as Record<string, unknown> };
  let content: string | undefined;
  try {
    content = read(resolve(folder, name));
  } catch (error) {
    problems.push(`${name} cannot be read (${codeOf(error)}). Let the server's user read it.`);
    return nothing;
  }
  if (content === undefined) {
    if (named !== undefined) problems.push(`${name} does not exist. Create it, or name another file by --config.`);
    return nothing;
  }
  try {
    const value: unknown = JSON.parse(content);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return { name, content: value as Record<string, unknown> };
    }
  } catch {
    // Told below.
  }
  problems.push(`${name} is no JSON object. Write { "port": 8470 }, for instance.`);
  return nothing;
}

const codeOf = (error: unknown): string => String((error as { code?: unknown })?.code ?? "error");

function readSettings(
  { env }: ConfigSources,
  file: string,
  content: Readonly<Record<string, unknown>>,
  problems: string[],
): Settings {
  for (const name of Object.keys(content).filter((it) => !isSettingName(it))) {
    const near = nearest(name);
    const advice = near === undefined ? "See `lts help settings`." : `Did you mean "${near}"?`;
    problems.push(`"${name}" in ${file} is no setting. ${advice}`);
  }
  const values = Object.entries<Setting<unknown>>(SETTINGS).map(([name, setting]) => {
    const { variable, usual, isSecret, read } = setting;
    const isInEnv = env[variable] !== undefined && env[variable] !== "";
    const given = isInEnv ? env[variable] : content[name];
    if (given === undefined) return [name, usual];
    const result = read(given);
    if ("value" in result) return [name, result.value];
    const where = isInEnv ? variable : `"${name}" in ${file}`;
    const shown = isSecret === true ? "has a value that is not shown here" : `is ${JSON.stringify(given)}`;
    problems.push(`${where} ${shown}. It takes ${result.wanted}.`);
    return [name, usual];
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as Settings;
}

/** The setting that somebody probably meant. */
function nearest(name: string): SettingName | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z]/g, "");
  const names = Object.keys(SETTINGS) as SettingName[];
  return (
    names.find((it) => plain(it) === plain(name) || plain(SETTINGS[it].variable) === plain(name)) ??
    names.find((it) => plain(it).startsWith(plain(name).slice(0, 4)))
  );
}

function readTls(settings: Settings, { folder, readFile: read }: ConfigSources, problems: string[]): Tls | undefined {
  const { tlsCert, tlsKey } = settings;
  if (tlsCert === undefined && tlsKey === undefined) return undefined;
  const pem = (name: "tlsCert" | "tlsKey", path: string | undefined, wanted: RegExp): string => {
    const setting = `${SETTINGS[name].variable} ("${name}")`;
    if (path === undefined) {
      problems.push(`${setting} is missing. https needs the certificate and its key: name both files.`);
      return "";
    }
    let content: string | undefined;
    try {
      content = read(resolve(folder, path));
    } catch (error) {
      problems.push(`${setting} is "${path}", which cannot be read (${codeOf(error)}). Let the server's user read it.`);
      return "";
    }
    if (content === undefined) problems.push(`${setting} is "${path}", which does not exist. Name the file in PEM.`);
    else if (!wanted.test(content)) problems.push(`${setting} is "${path}", which is not in PEM. Convert it.`);
    return content ?? "";
  };
  return {
    cert: pem("tlsCert", tlsCert, /-----BEGIN CERTIFICATE-----/),
    key: pem("tlsKey", tlsKey, /-----BEGIN [A-Z ]*PRIVATE KEY-----/),
  };
}

/** https is here, at a proxy, or not needed; anything between is a mistake (R22). */
function checkHttps(settings: Settings, problems: string[]): void {
  const { publicUrl, tlsCert, tlsKey, trustedProxies, host, allowPlainHttp } = settings;
  const hasTls = tlsCert !== undefined || tlsKey !== undefined;
  const isHttps = publicUrl?.startsWith("https:") === true;
  for (const proxy of trustedProxies) {
    const [address = "", bits, more] = proxy.split("/");
    const width = isIP(address) === 6 ? 128 : 32;
    const isNetwork = bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= width && more === undefined);
    const isNamed = ["loopback", "linklocal", "uniquelocal"].includes(proxy);
    if (!isNamed && (isIP(address) === 0 || !isNetwork)) {
      problems.push(
        `LTS_TRUSTED_PROXIES ("trustedProxies") has ${JSON.stringify(proxy)}. It takes addresses and networks, such as 127.0.0.1 or 10.0.0.0/8.`,
      );
    }
  }
  if (hasTls && publicUrl !== undefined && !isHttps) {
    problems.push(`LTS_PUBLIC_URL ("publicUrl") is "${publicUrl}", but a certificate is configured. Write https://…`);
  }
  if (isHttps && !hasTls && trustedProxies.length === 0) {
    problems.push(
      `LTS_PUBLIC_URL ("publicUrl") is "${publicUrl}", but nothing here speaks https. Name the certificate's files (tlsCert, tlsKey), or the proxy that has it (trustedProxies).`,
    );
  }
  if (!hasTls && !isHttps && !isLoopback(host) && !allowPlainHttp) {
    problems.push(
      `LTS_HOST ("host") is "${host}", which other machines reach, without https. Name the certificate's files (tlsCert, tlsKey); or set publicUrl to the https address of a proxy and name it in trustedProxies; or listen on 127.0.0.1.`,
    );
  }
}
