/**
 * The log: one line of JSON per request and per event, without bodies, headers, query strings, addresses or secrets. Errors
 * are told by type, code and the places they passed; their messages may quote what was sent, so they are left out (R78).
 */
import { type DestinationStream, type Logger, pino } from "pino";
import type { LogLevel } from "./options.js";

/** An error without its message. */
function withoutMessage(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  const { stack = "", message } = error;
  const places = stack
    .slice(stack.indexOf(message) + message.length)
    .split("\n")
    .filter((line) => /^\s+at /.test(line));
  return {
    type: error.name,
    ...(typeof code === "string" && /^[\w-]{1,64}$/.test(code) ? { code } : {}),
    stack: places.map((line) => line.trim()).slice(0, 20),
    ...(error.cause === undefined ? {} : { cause: withoutMessage(error.cause) }),
  };
}

const NOTHING = () => undefined;

export function createLogger(level: LogLevel, stream?: DestinationStream): Logger {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    // Whoever logs a request or a reply, such as the framework, logs nothing of it.
    serializers: { err: withoutMessage, error: withoutMessage, req: NOTHING, res: NOTHING },
  };
  return stream === undefined ? pino(options) : pino(options, stream);
}
