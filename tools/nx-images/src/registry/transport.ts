import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import type { Dispatcher } from 'undici';
import { directConnections, outsideConnections } from './dispatchers.ts';
import { isLoopback } from './reference.ts';

/** Bytes to send, which may have to be sent twice. */
export interface Content {
  readonly size: number;
  open(): Readable;
}

/** One HTTP request. */
export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Content | Buffer | undefined;
  /** How long the headers of the answer may take, and any silence in its body. */
  readonly timeoutMs: number;
  /** Leaves the body of a good answer in `stream`; else all of it, up to `limit` bytes and a little more, is read. */
  readonly streams?: boolean;
  readonly limit?: number;
}

/** The stream of what was to be sent failed: its `cause` is the caller's own error. */
export class ContentError extends Error {}

/** What came back. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Empty where the body is streamed. */
  readonly bytes: Buffer;
  readonly stream?: Readable;
}

const DEFAULT_LIMIT = 4 * 1024 * 1024;
const LONGEST_WAIT_MS = 5000;
const RESET = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);
const TIMEOUT =
  /^(UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ETIMEDOUT|ESOCKETTIMEDOUT)$|^(Timeout|ConnectTimeout)Error$/;

/** Whether an error of `send` or of a stream means that nothing came in time. */
export function isTimeout(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isTimeout);
  return error instanceof Error && (TIMEOUT.test(codeOf(error)) || TIMEOUT.test(error.name));
}

/** The value of a header; the first of several. */
export function header({ headers }: HttpAnswer, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}

/**
 * HTTP with a proxy and certificates from the environment, as Go's programs have it: HTTP_PROXY, HTTPS_PROXY, NO_PROXY,
 * SSL_CERT_FILE; never a proxy for this machine itself. Connections are kept for the next request; idle ones don't keep
 * the process alive.
 */
export class Transport {
  readonly #connectMs: number;
  #direct: Promise<Dispatcher> | undefined;
  #outside: Promise<Dispatcher> | undefined;

  /** @param connectMs how long a connection may take to be made */
  constructor(connectMs: number) {
    this.#connectMs = connectMs;
  }

  /**
   * Sends a request. What only reads is sent a second time when the connection breaks or a gateway is not ready, and
   * all once more after 429. Redirects are not followed.
   * @throws Error of the connection, ContentError
   */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    const reads = request.method === 'GET' || request.method === 'HEAD';
    const answer = await this.#once(request).catch((error: unknown) => {
      if (reads && error instanceof Error && RESET.has(codeOf(error))) return this.#once(request);
      throw error;
    });
    if (reads && (answer.status === 502 || answer.status === 503)) return this.#once(request);
    if (answer.status !== 429) return answer;
    const ms = Number(header(answer, 'retry-after') ?? 1) * 1000;
    if (!(ms <= LONGEST_WAIT_MS)) return answer;
    await wait(ms);
    return this.#once(request);
  }

  async #once({ method, url, headers, body, timeoutMs, streams, limit }: HttpRequest): Promise<HttpAnswer> {
    const { request } = await import('undici');
    const dispatcher = await this.#dispatcher(url);
    const stream = body === undefined || Buffer.isBuffer(body) ? undefined : body.open();
    const source = stream === undefined ? body : told(stream);
    // Making the connection counts; a body that is sent may take as long as it flows.
    const deadline = new AbortController();
    const timer =
      source === undefined
        ? setTimeout(() => {
            deadline.abort(new DOMException('no answer in time', 'TimeoutError'));
          }, timeoutMs)
        : undefined;
    try {
      const size = body === undefined ? undefined : Buffer.isBuffer(body) ? body.length : body.size;
      const answer = await request(url, {
        method,
        dispatcher,
        headers: { ...headers, ...(size === undefined ? {} : { 'content-length': String(size) }) },
        body: (source ?? null) as Readable | Buffer | null,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal: deadline.signal,
      });
      clearTimeout(timer);
      const { statusCode: status } = answer;
      if (streams === true && status === 200)
        return { status, headers: answer.headers, bytes: Buffer.alloc(0), stream: answer.body };
      return { status, headers: answer.headers, bytes: await readUpTo(answer.body, limit ?? DEFAULT_LIMIT) };
    } finally {
      clearTimeout(timer);
      // It may not have been read to its end, or at all.
      stream?.destroy();
    }
  }

  #dispatcher({ host }: URL): Promise<Dispatcher> {
    return isLoopback(host)
      ? (this.#direct ??= directConnections(this.#connectMs))
      : (this.#outside ??= outsideConnections(this.#connectMs));
  }
}

const codeOf = (error: Error): string => (error as NodeJS.ErrnoException).code ?? '';

function told(source: Readable): AsyncIterable<unknown> {
  // It may fail before anybody reads it.
  source.on('error', () => undefined);
  return (async function* () {
    try {
      yield* source;
    } catch (cause) {
      throw new ContentError('what was to be sent can not be read', { cause });
    }
  })();
}

async function readUpTo(body: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) break;
  }
  return Buffer.concat(chunks);
}
