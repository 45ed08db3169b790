import { Authorizer, type Scopes } from './auth.ts';
import { credentialsFor } from './credentials.ts';
import { isInsecure } from './insecure.ts';
import { denied, failed, plainHttp, slow, unexpected, unreachable, type Subject } from './problems.ts';
import { apiHost, isLoopback, type RegistryAddress } from './reference.ts';
import {
  ContentError,
  header,
  isTimeout,
  Transport,
  type HttpAnswer,
  type HttpRequest,
} from './transport.ts';

/** One request to a registry. */
export interface Call extends Omit<HttpRequest, 'url' | 'timeoutMs'> {
  /** A path, or what `locate` gave. */
  readonly target: string;
  readonly scopes: Scopes;
  readonly subject: Subject;
  /** Milliseconds, where it is not that of the session. */
  readonly timeoutMs?: number;
}

const MOST_REDIRECTS = 5;
/** An abandoned connection keeps a process alive for so long. */
const CONNECT_MS = 3000;
/** What TLS says of an answer in plain http. */
const NO_TLS = /wrong version number|packet length too long|before secure TLS connection/i;

/** Speaks to one registry: by the right scheme, with what docker has of credentials, and in problems. */
export class Session {
  readonly #host: string;
  readonly #timeoutMs: number;
  readonly #transport: Transport;
  readonly #authorizer: Authorizer;
  #scheme: 'http' | 'https';
  /** Whether an answer came by that scheme. */
  #settled = false;

  constructor({ host }: RegistryAddress, timeoutMs: number) {
    this.#host = host;
    this.#timeoutMs = timeoutMs;
    this.#transport = new Transport(Math.min(timeoutMs, CONNECT_MS));
    this.#authorizer = new Authorizer(this.#transport, timeoutMs, () => credentialsFor(host));
    this.#scheme = isLoopback(host) ? 'http' : 'https';
  }

  /**
   * The answer, with any status but one that asks for other credentials; redirects of what only reads are followed.
   * @throws ProblemError
   */
  async request(call: Call): Promise<HttpAnswer> {
    const { subject, scopes } = call;
    let used = await this.#authorizer.known(scopes);
    let answer = await this.#send(call, call.target, used);
    if (answer.status === 401) {
      used = await this.#authorizer.answer(answer, scopes, used, subject, this.#scheme === 'https');
      answer = await this.#send(call, call.target, used);
      if (answer.status === 401) throw await this.#refused(answer, used, subject);
    }
    if (call.method !== 'GET' && call.method !== 'HEAD') return answer;
    let target = call.target;
    for (let count = 0; [301, 302, 303, 307, 308].includes(answer.status); count++) {
      const location = header(answer, 'location');
      if (location === undefined || count === MOST_REDIRECTS)
        throw unexpected(subject, `${answer.status}, a redirect to nowhere`);
      target = this.locate(location, target);
      answer = await this.#send(call, target, used);
    }
    return answer;
  }

  /** As `request`, where only these statuses are good. @throws ProblemError */
  async expect(call: Call, ...good: readonly number[]): Promise<HttpAnswer> {
    const answer = await this.request(call);
    if (!good.includes(answer.status)) throw failed(call.subject, answer.status, answer.bytes);
    return answer;
  }

  /**
   * What a header `Location` or `Link` of the answer to `target` points at. Registries behind a proxy that ends TLS
   * may name themselves with http.
   */
  locate(location: string, target: string): string {
    const base = new URL(this.#origin);
    const url = new URL(location, new URL(target, base));
    if (url.host === base.host) url.protocol = base.protocol;
    return url.href;
  }

  /** The problem that an error of a body's stream is. */
  explain(error: unknown, subject: Subject): Error {
    return isTimeout(error) ? slow(subject, this.#timeoutMs) : unreachable(subject, error);
  }

  get #origin(): string {
    return `${this.#scheme}://${apiHost(this.#host)}`;
  }

  async #send(call: Call, target: string, authorization: string | undefined): Promise<HttpAnswer> {
    const scheme = this.#scheme;
    const url = new URL(target, this.#origin);
    // Storage behind the registry, to which it redirects, gets no credentials.
    const own = url.origin === new URL(this.#origin).origin && authorization !== undefined;
    const timeoutMs = call.timeoutMs ?? this.#timeoutMs;
    const headers = { ...call.headers, ...(own ? { authorization } : {}) };
    try {
      const answer = await this.#transport.send({ ...call, url, headers, timeoutMs });
      this.#settled = true;
      return answer;
    } catch (error) {
      if (isTimeout(error)) throw slow(call.subject, timeoutMs);
      if (error instanceof ContentError) throw error.cause;
      if (!isConnectionError(error)) throw error;
      if (scheme === 'http' || (this.#settled && this.#scheme === 'https'))
        throw unreachable(call.subject, error);
      // Another request may have found it out meanwhile.
      if (this.#scheme === 'http' || (await isInsecure(this.#host))) {
        this.#scheme = 'http';
        return this.#send(call, target, authorization);
      }
      throw NO_TLS.test(String(error)) ? plainHttp(call.subject) : unreachable(call.subject, error);
    }
  }

  /** A token that was given and does not serve is that of an account without the right. */
  async #refused(answer: HttpAnswer, used: string, subject: Subject): Promise<Error> {
    const account = used.startsWith('Bearer ') && (await this.#authorizer.hasCredentials());
    return account && subject.writes
      ? denied(subject, 'the account has no right to it')
      : failed(subject, answer.status, answer.bytes);
  }
}

/** Not a call that was made wrong. */
const isConnectionError = (error: unknown): boolean =>
  error instanceof Error && /^(?!UND_ERR_(INVALID|REQ_))./.test((error as NodeJS.ErrnoException).code ?? '');
