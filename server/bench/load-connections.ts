/**
 * Connections that cost less than the server's side of them, so that it is the server that is measured: HTTP/1.1 over sockets
 * that are kept, one request at a time on each, answers with a Content-Length. It must not know what is sent.
 */
import { createConnection, type Socket } from "node:net";

interface Waiting {
  readonly request: string;
  resolve(body: string): void;
  reject(error: Error): void;
}

/** Everything is ASCII: heads, and envelopes. */
const ENCODING = "latin1";
const HEAD_END = "\r\n\r\n";

class Connection {
  readonly #socket: Socket;
  readonly #free: (connection: Connection) => void;
  #heard = "";
  #waiting: Waiting | undefined;

  constructor(port: number, free: (connection: Connection) => void) {
    this.#free = free;
    this.#socket = createConnection({ port, host: "127.0.0.1", noDelay: true });
    this.#socket.setEncoding(ENCODING);
    this.#socket.on("data", (part: string) => this.#hear(part));
    this.#socket.on("error", (error) => this.#fail(error));
    this.#socket.on("close", () => this.#fail(new Error("the server has closed the connection")));
  }

  send(waiting: Waiting): void {
    this.#waiting = waiting;
    this.#socket.write(waiting.request, ENCODING);
  }

  close(): void {
    this.#socket.destroy();
  }

  #hear(part: string): void {
    this.#heard += part;
    const end = this.#heard.indexOf(HEAD_END);
    if (end < 0) return;
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(this.#heard)?.[1]);
    const body = this.#heard.slice(end + HEAD_END.length);
    if (body.length < length) return;
    const waiting = this.#waiting;
    this.#heard = "";
    this.#waiting = undefined;
    this.#free(this);
    waiting?.resolve(body);
  }

  #fail(error: Error): void {
    this.#waiting?.reject(error);
    this.#waiting = undefined;
  }
}

/** So many connections to one server; requests wait for a free one. */
export class LoadConnections {
  readonly #all: Connection[] = [];
  readonly #free: Connection[] = [];
  readonly #queue: Waiting[] = [];
  #next = 0;

  constructor(
    private readonly url: URL,
    private readonly size: number,
  ) {}

  /** Sends a report; resolves with the body of the answer. */
  report(path: string, body: string): Promise<string> {
    const head = `POST ${path} HTTP/1.1\r\nhost: ${this.url.host}\r\ncontent-type: text/plain\r\ncontent-length: ${body.length}`;
    return new Promise((resolve, reject) => {
      const waiting = { request: head + HEAD_END + body, resolve, reject };
      const free = this.#free.pop() ?? this.#another();
      if (free === undefined) this.#queue.push(waiting);
      else free.send(waiting);
    });
  }

  close(): void {
    for (const connection of this.#all) connection.close();
  }

  #another(): Connection | undefined {
    if (this.#all.length >= this.size) return undefined;
    const connection = new Connection(Number(this.url.port), (free) => this.#serve(free));
    this.#all.push(connection);
    return connection;
  }

  #serve(free: Connection): void {
    const waiting = this.#queue[this.#next];
    if (waiting === undefined) {
      this.#queue.length = 0;
      this.#next = 0;
      this.#free.push(free);
      return;
    }
    this.#next++;
    free.send(waiting);
  }
}
