/** Where the pages of browser tests are served. Each checkout has its own port, so that several can be tested at once. */
import { createHash } from "node:crypto";

const FIRST_PORT = 20_000;
const PORTS = 10_000;

export const TEST_PORT: number =
  Number(process.env.TALLYMARK_TEST_PORT) ||
  FIRST_PORT + (createHash("sha256").update(process.cwd()).digest().readUInt32LE(0) % PORTS);
