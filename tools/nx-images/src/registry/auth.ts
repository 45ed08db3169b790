import type { Credentials } from './credentials.ts';
import { failed, slow, unauthorized, unexpected, unreachable, type Subject } from './problems.ts';
import { header, isTimeout, type HttpAnswer, type HttpRequest, type Transport } from './transport.ts';

/** How a registry wants to be told who asks. */
export interface Challenge {
  /** In lower case. */
  readonly scheme: string;
  /** Names in lower case. */
  readonly params: Readonly<Record<string, string>>;
}

/** What one request needs: `repository:NAME:pull` and the like. */
export type Scopes = readonly string[];

/** Reads `WWW-Authenticate`, which may hold several challenges. Source: RFC 9110, 11.3 and 11.6.1. */
export function parseChallenges(text: string): readonly Challenge[] {
  const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
  const part = new RegExp(
    `\\s*,?\\s*(?:(${TOKEN})\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|(${TOKEN}))|(${TOKEN}))`,
    'y',
  );
  const found: { scheme: string; params: Record<string, string> }[] = [];
  for (let match = part.exec(text); match !== null; match = part.exec(text)) {
    const [, name, quoted, plain, scheme] = match;
    if (scheme !== undefined) found.push({ scheme: scheme.toLowerCase(), params: {} });
    const last = found.at(-1);
    if (name !== undefined && last !== undefined)
      last.params[name.toLowerCase()] = quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '';
  }
  return found;
}

/** Each resource once, with all that is wanted of it: registries list the same rights in any order. */
export function mergeScopes(scopes: Scopes): Scopes {
  const actions = new Map<string, Set<string>>();
  for (const scope of scopes) {
    // `TYPE:NAME:ACTION,…`, where a name may have a port.
    const [, resource = '', list = ''] = /^(.+):([^:]*)$/.exec(scope) ?? [];
    if (resource !== '')
      actions.set(resource, new Set([...(actions.get(resource) ?? []), ...list.split(',')]));
  }
  return [...actions].map(([resource, list]) => `${resource}:${[...list].sort().join(',')}`);
}

/**
 * Answers the challenges of one registry, and remembers the answers: one for all requests (Basic), or a token for each
 * set of scopes. Source: distribution, docs/spec/auth/token.md and oauth.md.
 */
export class Authorizer {
  readonly #transport: Transport;
  readonly #timeoutMs: number;
  readonly #look: () => Promise<Credentials | undefined>;
  readonly #answers = new Map<string, Promise<string>>();
  #credentials: Promise<Credentials | undefined> | undefined;

  constructor(transport: Transport, timeoutMs: number, look: () => Promise<Credentials | undefined>) {
    this.#transport = transport;
    this.#timeoutMs = timeoutMs;
    this.#look = look;
  }

  /** The `Authorization` that is known to serve these scopes. */
  async known(scopes: Scopes): Promise<string | undefined> {
    return this.#answers.get('') ?? this.#answers.get(keyOf(scopes));
  }

  /**
   * The `Authorization` that an answer 401 asks for.
   * @param used the one that it refused
   * @param secure whether the registry is spoken to by https: then passwords go nowhere by http
   * @throws ProblemError
   */
  async answer(
    refusal: HttpAnswer,
    scopes: Scopes,
    used: string | undefined,
    subject: Subject,
    secure: boolean,
  ): Promise<string> {
    const challenges = parseChallenges([refusal.headers['www-authenticate'] ?? []].flat().join(', '));
    const bearer = challenges.find(({ scheme, params }) => scheme === 'bearer' && params.realm);
    const basic = challenges.some(({ scheme }) => scheme === 'basic');
    if (bearer === undefined && !basic) throw failed(subject, refusal.status, refusal.bytes);
    const key = bearer === undefined ? '' : keyOf(scopes);
    const known = this.#answers.get(key);
    // Another request may have got a new one meanwhile.
    if (known !== undefined && (await known.catch(() => used)) !== used) return known;
    if (bearer === undefined && used !== undefined) throw failed(subject, refusal.status, refusal.bytes);
    const next = bearer === undefined ? this.#basic(subject) : this.#token(bearer, scopes, subject, secure);
    this.#answers.set(key, next);
    next.catch(() => this.#answers.delete(key));
    return next;
  }

  /** Whether docker has credentials for this registry. @throws ProblemError */
  async hasCredentials(): Promise<boolean> {
    return (await (this.#credentials ??= this.#look())) !== undefined;
  }

  async #basic(subject: Subject): Promise<string> {
    const credentials = await (this.#credentials ??= this.#look());
    if (credentials === undefined) throw unauthorized(subject, 'it wants a name and a password');
    if ('identityToken' in credentials)
      throw unauthorized(subject, 'it wants a password, docker has a token');
    return basicHeader(credentials);
  }

  async #token({ params }: Challenge, scopes: Scopes, subject: Subject, secure: boolean): Promise<string> {
    const credentials = await (this.#credentials ??= this.#look());
    const { realm = '', service } = params;
    if (!URL.canParse(realm)) throw unexpected(subject, `401 with "${realm}" as the place of its tokens`);
    const url = new URL(realm);
    if (secure && url.protocol !== 'https:')
      throw unauthorized(subject, `its tokens are at ${url.origin}, which is not https`);
    const wanted = mergeScopes([...(params.scope?.split(' ') ?? []), ...scopes]);
    const answer = await this.#ask(tokenRequest(url, service, wanted, credentials), subject);
    if (answer.status !== 200) throw failed(tokenSubject(subject, url), answer.status, answer.bytes);
    try {
      const { token, access_token } = JSON.parse(answer.bytes.toString()) as Record<
        string,
        string | undefined
      >;
      return `Bearer ${token ?? access_token ?? ''}`;
    } catch {
      throw unexpected(
        subject,
        `no token, but ${header(answer, 'content-type') ?? 'something'} at ${url.origin}`,
      );
    }
  }

  async #ask(request: Omit<HttpRequest, 'timeoutMs'>, subject: Subject): Promise<HttpAnswer> {
    try {
      return await this.#transport.send({ ...request, timeoutMs: this.#timeoutMs });
    } catch (error) {
      if (isTimeout(error)) throw slow(subject, this.#timeoutMs);
      throw unreachable({ ...subject, host: request.url.host }, error);
    }
  }
}

function tokenRequest(
  url: URL,
  service: string | undefined,
  scopes: Scopes,
  credentials: Credentials | undefined,
): Omit<HttpRequest, 'timeoutMs'> {
  if (credentials !== undefined && 'identityToken' in credentials) {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      service: service ?? '',
      client_id: 'nx-images',
      scope: scopes.join(' '),
      refresh_token: credentials.identityToken,
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return { method: 'POST', url, headers, body: Buffer.from(form.toString()) };
  }
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  if (credentials === undefined) return { method: 'GET', url };
  url.searchParams.set('account', credentials.username);
  return { method: 'GET', url, headers: { authorization: basicHeader(credentials) } };
}

/** Its refusal is of the credentials, whatever they were to be used for. */
const tokenSubject = (subject: Subject, { host }: URL): Subject => ({
  ...subject,
  name: `${subject.name} (tokens of ${host})`,
  writes: false,
});

const keyOf = (scopes: Scopes): string => [...scopes].sort().join(' ') || '-';

const basicHeader = ({ username, password }: { username: string; password: string }): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
