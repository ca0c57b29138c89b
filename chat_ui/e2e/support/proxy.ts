import { createServer, type AddressInfo, connect, type Server, type Socket } from "node:net";

const EVENTS = /^GET \/api\/chat\/runs\/[^/]+\/events[^ ]* HTTP/;

// A data line and the blank line after it; pings have no data.
const EVENT_END = /data: [^\r\n]*\r?\n\r?\n/g;

/** Stands between browser and server and cuts the event stream where a test says so.
 *
 * It answers every request with `Connection: close`, so that one connection is one request.
 */
export class CuttingProxy {
  /** What each event stream asked to resume behind, in the order of opening; 0 is from the start. */
  readonly lastEventIds: number[] = [];
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
    let forward: (bytes: Buffer) => void = (bytes) => {
      browser.write(bytes);
    };
    browser.on("data", (bytes) => {
      if (head.includes("\r\n\r\n")) return void server.write(bytes);
      head += bytes.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      if (EVENTS.test(head)) forward = this.cutting(browser, server, head) ?? forward;
      server.write(Buffer.from(head.replace(/\r\nConnection: keep-alive/i, "\r\nConnection: close"), "latin1"));
    });
    server.on("data", (bytes: Buffer) => forward(bytes));
    server.on("close", () => browser.end());
    browser.on("close", () => server.destroy());
  }

  /** Passes on exactly so many events of a stream, whatever arrives at once, then breaks off in mid-reply. */
  private cutting(browser: Socket, server: Socket, head: string): ((bytes: Buffer) => void) | undefined {
    this.lastEventIds.push(Number(/\r\nLast-Event-ID: (\d+)/i.exec(head)?.[1] ?? 0));
    const most = this.cutsAfterEvents.shift();
    if (most === undefined) return undefined;
    let seen = 0;
    return (bytes) => {
      if (seen >= most) return;
      const text = bytes.toString("latin1");
      for (const end of text.matchAll(EVENT_END)) {
        if (++seen < most) continue;
        browser.end(bytes.subarray(0, end.index + end[0].length));
        server.destroy();
        return;
      }
      browser.write(bytes);
    };
  }
}
