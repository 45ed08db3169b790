import {
  Agent,
  createServer,
  request as send,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/**
 * How a registry fails: `down` breaks every connection, `slow` never answers, a number is the status of every answer,
 * `read-only` answers 405 to what writes, `dies-mid-push` breaks the connection of every upload.
 */
export type Fault = 'none' | 'down' | 'slow' | 401 | 500 | 'read-only' | 'dies-mid-push';

/** One request to a registry. */
export interface SeenRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  /** 0 while there is no answer. */
  readonly status: number;
  /** Bytes of bodies: `bytesIn` into the registry, `bytesOut` of it. */
  readonly bytesIn: number;
  readonly bytesOut: number;
}

type Record = { -readonly [Key in keyof SeenRequest]: SeenRequest[Key] };

const CODES = { 401: 'UNAUTHORIZED', 405: 'UNSUPPORTED', 500: 'UNKNOWN' } as const;

/** Stands before a server on this machine: records its requests, and makes it fail. */
export class RegistryProxy {
  readonly host: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly #port: number;
  #seen: Record[] = [];
  #fault: Fault = 'none';
  #afterBytes = 0;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
    this.host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    server.on('connection', (socket) => {
      if (this.#fault === 'down') socket.resetAndDestroy();
      this.#sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => this.#sockets.delete(socket));
    });
    server.on('request', (request, response) => {
      this.#answer(request, response);
    });
  }

  /** @param port that of the server behind it */
  static async start(port: number): Promise<RegistryProxy> {
    // A large upload may take as long as it takes.
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new RegistryProxy(server, port);
  }

  requests(): readonly SeenRequest[] {
    return this.#seen.map((record) => ({ ...record }));
  }

  forget(): void {
    this.#seen = [];
  }

  setFault(fault: Fault, afterBytes = 1024): void {
    const before = this.#fault;
    this.#fault = fault;
    this.#afterBytes = afterBytes;
    // Nobody waits for an answer any more, or keeps a connection that should be down.
    if (fault === 'down' || before === 'slow') for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async stop(): Promise<void> {
    this.#agent.destroy();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url: path = '' } = request;
    const record: Record = { method, path, status: 0, bytesIn: 0, bytesOut: 0 };
    this.#seen.push(record);
    const writes = method !== 'GET' && method !== 'HEAD';
    const fault = this.#fault;
    if (fault === 'slow') request.resume();
    else if (typeof fault === 'number') refuse(request, response, record, fault);
    else if (fault === 'read-only' && writes) refuse(request, response, record, 405);
    else if (fault === 'dies-mid-push' && writes && path.includes('/blobs/uploads/') && method !== 'POST')
      this.#die(request, record);
    else this.#forward(request, response, record);
  }

  #die(request: IncomingMessage, record: Record): void {
    const die = (): void => void request.socket.resetAndDestroy();
    request.on('end', die).on('data', (chunk: Buffer) => {
      record.bytesIn += chunk.length;
      if (record.bytesIn >= this.#afterBytes) die();
    });
  }

  #forward(request: IncomingMessage, response: ServerResponse, record: Record): void {
    const { method, url: path, headers } = request;
    const target = { host: '127.0.0.1', port: this.#port, agent: this.#agent, method, path, headers };
    const upstream = send(target, (answer) => {
      record.status = answer.statusCode ?? 0;
      response.writeHead(record.status, answer.rawHeaders);
      answer.on('data', (chunk: Buffer) => (record.bytesOut += chunk.length));
      answer.on('error', () => response.destroy()).pipe(response);
    });
    upstream.on('error', () => request.socket.destroy());
    response.on('close', () => {
      if (!response.writableFinished) upstream.destroy();
    });
    request.on('data', (chunk: Buffer) => (record.bytesIn += chunk.length));
    request.pipe(upstream);
  }
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  record: Record,
  status: keyof typeof CODES,
): void {
  request.resume();
  record.status = status;
  if (status === 401) response.setHeader('www-authenticate', 'Basic realm="test"');
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ errors: [{ code: CODES[status], message: 'a fault of the test' }] }));
}
