import { ProblemError } from '@cp-whisperx-app/problem';
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isOddEntry, LARGEST_ENTRY, oddEntry, type CacheStore } from './store.ts';
import { whyUnusable } from './tar.ts';

const STATUS = { stored: 200, exists: 409, refused: 403 } as const;
/** What becomes of a run when a store fails. */
const CONSEQUENCE = {
  GET: "this run goes on without Nx's remote cache",
  PUT: "this run keeps nothing more in Nx's remote cache",
} as const;

type Kind = keyof typeof CONSEQUENCE;

/** Longer than Nx keeps a connection: the server never closes one just when Nx takes it again. */
const KEEP_ALIVE_MS = 120_000;

/**
 * A server of Nx's self-hosted cache on this machine. Nx ends a run at any answer that is out of the ordinary, so it gets
 * 200 or 404 to GET and 200, 403 or 409 to PUT, whatever becomes of the stores behind it. A store that fails once is
 * asked nothing more of that kind in the same run, and one line tells of it.
 * Source: https://nx.dev/docs/kb/self-hosted-caching, the OpenAPI document; nx, src/native/cache/http_remote_cache.rs.
 */
export class CacheServer {
  readonly url: string;
  /** Whoever has not got it is answered 401. */
  readonly token = randomBytes(32).toString('hex');
  readonly #stores: readonly CacheStore[];
  readonly #warn: (line: string) => void;
  readonly #broken: Record<Kind, Set<CacheStore>> = { GET: new Set(), PUT: new Set() };
  /** What was warned of in this run. */
  readonly #told = new Set<unknown>();

  private constructor(server: Server, stores: readonly CacheStore[], warn: (line: string) => void) {
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.#stores = stores;
    this.#warn = warn;
    server.on('request', (request, response) => {
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /**
   * Starts one, which does not keep the process alive.
   * @param stores entries are looked for in all, in order, and go to the first
   * @param warn is called with a line for the user
   */
  static async start(stores: readonly CacheStore[], warn: (line: string) => void): Promise<CacheServer> {
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: KEEP_ALIVE_MS });
    server.on('connection', (socket) => socket.unref());
    await new Promise<void>((resolve, reject) => {
      server.on('error', reject).listen(0, '127.0.0.1', resolve);
    });
    server.unref();
    return new CacheServer(server, stores, warn);
  }

  /** Another run begins: what failed is tried again. */
  reset(): void {
    for (const stores of Object.values(this.#broken)) stores.clear();
    this.#told.clear();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url = '', headers } = request;
    const [, hash] = /^\/v1\/cache\/([\w-]{1,100})$/.exec(url) ?? [];
    if (!same(headers.authorization ?? '', `Bearer ${this.token}`)) {
      request.resume();
      response.writeHead(401, { 'content-type': 'text/plain' }).end('this cache is of one run of Nx');
    } else if (hash !== undefined && method === 'PUT') {
      const body = await readBody(request);
      response.writeHead(STATUS[await this.#put(hash, body)]).end();
    } else {
      request.resume();
      const body = hash !== undefined && method === 'GET' ? await this.#get(hash) : undefined;
      const found = { 'content-type': 'application/octet-stream', 'content-length': body?.length ?? 0 };
      response.writeHead(body === undefined ? 404 : 200, found).end(body);
    }
  }

  async #get(hash: string): Promise<Buffer | undefined> {
    for (const store of this.#stores) {
      const body = await this.#try('GET', store, async () => {
        const found = await store.get(hash);
        const why = found && (await whyUnusable(found));
        if (why !== undefined) throw oddEntry(hash, why);
        return found;
      });
      if (body !== undefined) return body;
    }
    return undefined;
  }

  async #put(hash: string, body: Buffer | undefined): Promise<keyof typeof STATUS> {
    const [store] = this.#stores;
    if (store === undefined) return 'refused';
    const put = async (): Promise<keyof typeof STATUS> => {
      if (body === undefined) throw oddEntry(hash, `it is larger than ${LARGEST_ENTRY} bytes`);
      return store.put(hash, body);
    };
    return (await this.#try('PUT', store, put)) ?? 'refused';
  }

  /** What `work` gives, or undefined when it fails or a store has failed. */
  async #try<T>(kind: Kind, store: CacheStore, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#broken[kind].has(store)) return undefined;
    try {
      return await work();
    } catch (error) {
      const odd = isOddEntry(error);
      if (!odd) this.#broken[kind].add(store);
      this.#tell(odd ? 'odd' : store, warning(error, odd ? 'it is left out' : CONSEQUENCE[kind]));
      return undefined;
    }
  }

  /** Once for each matter in a run. */
  #tell(matter: unknown, line: string): void {
    if (!this.#told.has(matter)) this.#warn(line);
    this.#told.add(matter);
  }
}

/** One line: what is wrong, what follows, what mends it. */
export function warning(error: unknown, consequence: string): string {
  const [problem] = error instanceof ProblemError ? error.problems : [];
  const mend = problem === undefined ? '' : ` (mend: ${problem.mend})`;
  return `nx-images: ${reasonOf(error)}; ${consequence}${mend}`;
}

/** What is wrong, in a sentence. */
export const reasonOf = (error: unknown): string =>
  error instanceof ProblemError ? (error.problems[0]?.message ?? '') : String(error);

/** Whether two texts are the same, in a time that doesn't tell how far they are. */
const same = (left: string, right: string): boolean =>
  left.length === right.length && timingSafeEqual(Buffer.from(left, 'latin1'), Buffer.from(right, 'latin1'));

/** All of a body; undefined, but read to its end, when it is too large. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_ENTRY) chunks.length = 0;
    else chunks.push(chunk);
  }
  return size > LARGEST_ENTRY ? undefined : Buffer.concat(chunks);
}
