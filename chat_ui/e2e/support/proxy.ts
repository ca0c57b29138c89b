import { createServer, type AddressInfo, connect, type Server, type Socket } from "node:net";

const EVENTS = /^GET \/api\/chat\/runs\/[^/]+\/events[^ ]* HTTP/;

interface Passage {
  lastEventId: string | null;
  browser: Socket;
}

/** Stands between browser and server and cuts the event stream where a test says so.
 *
 * It answers every request with `Connection: close`, so that one connection is one request.
 */
export class CuttingProxy {
  /** The event streams that were opened, in order, with the Last-Event-ID each one sent. */
  readonly streams: Passage[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private readonly target: number;
  private readonly cutsAfterEvents: number[];

  constructor(target: number, cutsAfterEvents: readonly number[]) {
    this.target = target;
    this.cutsAfterEvents = [...cutsAfterEvents];
    this.server = createServer((browser) => this.pass(browser));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private pass(browser: Socket): void {
    const server = connect(this.target, "127.0.0.1");
    for (const socket of [browser, server]) {
      this.sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => this.sockets.delete(socket));
    }
    let head = "";
    let forwarded = false;
    browser.on("data", (bytes) => {
      if (forwarded) return void server.write(bytes);
      head += bytes.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      forwarded = true;
      if (EVENTS.test(head)) this.watch(browser, server, head);
      server.write(Buffer.from(head.replace(/\r\nConnection: keep-alive/i, "\r\nConnection: close"), "latin1"));
    });
    server.on("data", (bytes) => browser.write(bytes));
    server.on("close", () => browser.end());
    browser.on("close", () => server.destroy());
  }

  /** Passes on so many whole events of a stream, then breaks both sides without a word. */
  private watch(browser: Socket, server: Socket, head: string): void {
    const lastEventId = /\r\nLast-Event-ID: (\d+)/i.exec(head)?.[1] ?? null;
    this.streams.push({ lastEventId, browser });
    const most = this.cutsAfterEvents.shift();
    if (most === undefined) return;
    let seen = 0;
    server.prependListener("data", (bytes: Buffer) => {
      seen += bytes.toString("latin1").split("\ndata:").length - 1;
      if (seen < most) return;
      // The next turn: the pieces counted so far still reach the browser.
      setImmediate(() => {
        browser.resetAndDestroy();
        server.destroy();
      });
    });
  }
}
