/** The network between pages and a server: it can be cut, and keeps all that went through it. Knows no protocol but TCP. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

export class Cable {
  /** What pages have sent, in the order of its coming. */
  readonly sent: Buffer[] = [];
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port = 0;

  private constructor(target: number) {
    this.#target = target;
  }

  /** A cable to a server on a port of this machine. */
  static async to(target: number): Promise<Cable> {
    const cable = new Cable(target);
    await cable.plug();
    return cable;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Connections are cut off, and new ones refused. */
  async cut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    if (server) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  /** Works again, on the same port. */
  async plug(): Promise<void> {
    const server = createServer((page) => {
      const end = connect(this.#target, "127.0.0.1");
      for (const socket of [page, end]) {
        this.#sockets.add(socket);
        socket.on("error", () => socket.destroy());
        socket.on("close", () => {
          this.#sockets.delete(socket);
          page.destroy();
          end.destroy();
        });
      }
      page.on("data", (part) => this.sent.push(Buffer.from(part)));
      page.pipe(end).pipe(page);
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, "127.0.0.1", resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }
}
