import { ProblemError } from '@cp-whisperx-app/problem';
import { header, isTimeout, Transport, type HttpAnswer, type HttpRequest } from '../registry/transport.ts';
import { LARGEST_ENTRY, oddEntry, type CacheStore } from './store.ts';

/** A cache server that the user named. */
export interface NamedServer {
  readonly url: string;
  readonly token: string | undefined;
}

type Asked = Pick<HttpRequest, 'method' | 'body' | 'headers' | 'limit' | 'timeoutMs'>;

const TIMEOUT_MS = 10_000;
/** A server may pass on what it got before it answers: at this pace, bytes in a millisecond. */
const STORE_PACE = 20_000;
const MOST_REDIRECTS = 5;
const OCTETS = 'application/octet-stream';

/**
 * Keeps entries on a server that speaks Nx's own protocol.
 * Source: https://nx.dev/docs/kb/self-hosted-caching, the OpenAPI document; nx, src/native/cache/http_remote_cache.rs.
 */
export class ServerStore implements CacheStore {
  readonly #server: NamedServer;
  /** Of the server, for messages: without what may be secret. */
  readonly #name: string;
  readonly #transport: Transport;
  readonly #timeoutMs: number;

  /** @param options `timeoutMs`: how long an answer may take, and any silence in its body */
  constructor(server: NamedServer, { timeoutMs = TIMEOUT_MS }: { readonly timeoutMs?: number } = {}) {
    this.#server = server;
    this.#name = URL.canParse(server.url) ? new URL(server.url).origin : 'of no legal URL';
    this.#timeoutMs = timeoutMs;
    this.#transport = new Transport(timeoutMs);
  }

  async get(hash: string): Promise<Buffer | undefined> {
    const { status, bytes } = await this.#ask(hash, {
      method: 'GET',
      headers: { accept: OCTETS },
      limit: LARGEST_ENTRY,
      timeoutMs: this.#timeoutMs,
    });
    if (status === 404) return undefined;
    if (status !== 200) throw this.#failed(`answers ${status}`);
    if (bytes.length > LARGEST_ENTRY)
      throw oddEntry(`${hash} on ${this.#name}`, `it is larger than ${LARGEST_ENTRY} bytes`);
    return bytes;
  }

  async put(hash: string, body: Buffer): Promise<'stored' | 'exists' | 'refused'> {
    const timeoutMs = this.#timeoutMs + body.length / STORE_PACE;
    const { status } = await this.#ask(hash, { method: 'PUT', body, timeoutMs });
    if (status === 409) return 'exists';
    // A token that may only read; Nx makes nothing of it either.
    if (status === 403) return 'refused';
    if (status < 200 || status > 299) throw this.#failed(`answers ${status}`);
    return 'stored';
  }

  /** Follows redirects, as to a bucket, as Nx does. */
  async #ask(hash: string, request: Asked): Promise<HttpAnswer> {
    try {
      let url = new URL(`${this.#server.url}/v1/cache/${hash}`);
      const { origin } = url;
      const good = request.method === 'GET' ? [301, 302, 303, 307, 308] : [307, 308];
      for (let count = 0; ; count++) {
        const own = url.origin === origin ? this.#authorization(url) : {};
        const headers = { 'content-type': OCTETS, ...request.headers, ...own };
        const answer = await this.#transport.send({ ...request, url, headers });
        const location = header(answer, 'location');
        if (!good.includes(answer.status) || location === undefined || count === MOST_REDIRECTS)
          return answer;
        url = new URL(location, url);
      }
    } catch (error) {
      if (isTimeout(error)) throw this.#failed(`gave no answer within ${request.timeoutMs / 1000} s`);
      throw this.#failed(`can not be reached: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** As Nx has it: what is in the URL goes before the token. */
  #authorization({ username, password }: URL): Record<string, string> {
    const account = [username, password].map(decodeURIComponent).join(':');
    if (username !== '') return { authorization: `Basic ${Buffer.from(account).toString('base64')}` };
    const { token } = this.#server;
    return token === undefined ? {} : { authorization: `Bearer ${token}` };
  }

  #failed(what: string): ProblemError {
    return new ProblemError({
      code: 'nx-cache-server',
      message: `the cache server ${this.#name} ${what}`,
      mend: 'see NX_SELF_HOSTED_REMOTE_CACHE_SERVER and NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN, or unset them',
    });
  }
}
