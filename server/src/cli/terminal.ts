/** The terminal that a command talks to: lines out, secrets in without being shown. It must not know commands. */
import { createInterface } from "node:readline";
import { Writable } from "node:stream";

export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  out(line: string): void;
  err(line: string): void;
  /** All that was piped in, without the last line break. */
  readInput(): Promise<string>;
  /** A secret that somebody types; undefined where nobody sits there. */
  askSecret(question: string): Promise<string | undefined>;
}

export const nodeTerminal = (): Terminal => ({
  env: process.env,
  folder: process.cwd(),
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  readInput,
  askSecret,
});

async function readInput(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(part as Buffer);
  return Buffer.concat(parts)
    .toString()
    .replace(/\r?\n$/, "");
}

async function askSecret(question: string): Promise<string | undefined> {
  if (!process.stdin.isTTY) return undefined;
  process.stderr.write(question);
  const nowhere = new Writable({ write: (_part, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await new Promise<string | undefined>((resolve) => {
      lines.once("line", resolve);
      lines.once("close", () => resolve(undefined));
    });
  } finally {
    lines.close();
    process.stderr.write("\n");
  }
}
