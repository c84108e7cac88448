/** `lts serve`: runs the server until a signal ends it. What it needs is loaded only then; other commands are quicker so. */
import type { Command } from "./command.js";

export const serve: Command = {
  usage: "serve",
  about: "Runs the server until it is told to stop (SIGTERM, SIGINT). SIGHUP reads the certificate's files again.",
  async run({ config, terminal }) {
    const [{ createLogger }, { startServer }] = await Promise.all([
      import("../http/logger.js"),
      import("./running-server.js"),
    ]);
    const logger = createLogger(config.logLevel);
    const server = await startServer(config, logger);
    terminal.err(
      `Serving ${config.publicUrl} on ${config.host}:${server.port}; metrics and health on ${config.operationsHost}:${server.operationsPort}.`,
    );
    process.on("SIGHUP", () => {
      server.reloadCertificate(terminal.folder).then(
        () => logger.info("certificate read again"),
        (error: unknown) => logger.error({ err: error }, "the certificate cannot be read; the old one stays"),
      );
    });
    const signal = await new Promise<string>((resolve) => {
      process.once("SIGTERM", () => resolve("SIGTERM"));
      process.once("SIGINT", () => resolve("SIGINT"));
    });
    // Whoever asks a second time does not want to wait.
    for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => process.exit(1));
    logger.info({ signal }, "stopping");
    await server.stop();
    logger.info("stopped");
    return undefined;
  },
};
