import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { apiHost, isLoopback } from './reference.ts';

/** What a request is about, for messages. */
export interface Subject {
  readonly host: string;
  /** `HOST/REPOSITORY:TAG`, or less. */
  readonly name: string;
  /** Whether it changes the registry. */
  readonly writes: boolean;
}

/** The connection failed: no such host, refused, reset, or TLS could not be agreed on. */
export function unreachable({ host, name }: Subject, error: unknown): ProblemError {
  const { code, words } = causeOf(error);
  const certificate = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/.test(code);
  return problem(
    'registry-unreachable',
    `${name}: the connection to the registry ${host} failed: ${words}`,
    certificate
      ? 'SSL_CERT_FILE=/path/to/ca.crt, the certificate of the CA of the registry or of a proxy before it'
      : `check the network and the name of the registry: curl -v ${placeOf(host)}`,
  );
}

/** https failed, and nothing says that plain http is allowed. */
export const plainHttp = ({ host, name }: Subject): ProblemError =>
  problem(
    'registry-unreachable',
    `${name}: the registry ${host} does not speak https`,
    `if plain http is meant: add "${host}" to "insecure-registries" of the engine (daemon.json), then restart it`,
  );

/** It took too long to answer, or fell silent. */
export const slow = ({ host, name }: Subject, timeoutMs: number): ProblemError =>
  problem(
    'registry-slow',
    `${name}: the registry ${host} gave no answer within ${timeoutMs / 1000} s`,
    `try again, or see what it does: curl -v -m 60 ${placeOf(host)}`,
  );

/** It wants other credentials than docker has for it. */
export const unauthorized = ({ host, name }: Subject, why: string): ProblemError =>
  problem('registry-unauthorized', `${name}: the registry ${host} refuses: ${why}`, `docker login ${host}`);

/** It is read-only, or the account may not write there. */
export const denied = ({ host, name }: Subject, why: string): ProblemError =>
  problem(
    'registry-denied',
    `${name}: the registry ${host} takes no writes here: ${why}`,
    `docker login ${host} with an account that may push there`,
  );

/** It answered what nobody asked for. */
export const unexpected = ({ host, name }: Subject, why: string): ProblemError =>
  problem(
    'registry-error',
    `${name}: the registry ${host} answers ${why}`,
    'try again later; the log of the registry tells more',
  );

/** There is something of that name, but no image of one platform. */
export const notAnImage = ({ name }: Subject, what: string): ProblemError =>
  problem(
    'registry-not-an-image',
    `${name} is no image of one platform, but ${what}`,
    `see what it is: docker buildx imagetools inspect ${name}`,
  );

/** Bytes are not those that their digest or size says. */
export const digestMismatch = ({ name }: Subject, why: string): ProblemError =>
  problem(
    'digest-mismatch',
    `${name} is not what its digest says: ${why}`,
    'delete it in the registry and push it again; where a proxy or cache stands before the registry, go past it',
  );

/** The problem that an answer with the status of a failure is. */
export function failed(subject: Subject, status: number, body: Buffer): ProblemError {
  const { codes, words } = registryWords(body);
  const told = `${status}${words === '' ? '' : ` (${words})`}`;
  if (codes.includes('DIGEST_INVALID')) return digestMismatch(subject, `the registry answers ${told}`);
  if (status === 401) return unauthorized(subject, told);
  if (status === 403) return subject.writes ? denied(subject, told) : unauthorized(subject, told);
  if (status === 405 && subject.writes) return denied(subject, told);
  return unexpected(subject, told);
}

const LONGEST = 200;

/** Source: OCI distribution specification, "Error codes". */
function registryWords(body: Buffer): { readonly codes: readonly string[]; readonly words: string } {
  const text = body.toString('utf8', 0, 64 * 1024);
  try {
    const { errors = [] } = JSON.parse(text) as { errors?: { code?: string; message?: string }[] };
    const words = errors.map(({ code = '', message = '' }) => `${code}: ${message}`).join('; ');
    return { codes: errors.map(({ code = '' }) => code), words: shorten(words) };
  } catch {
    return { codes: [], words: text.trimStart().startsWith('<') ? '' : shorten(text) };
  }
}

/** One line of foreign words, without control characters, cut after 200 characters. */
export const shorten = (text: string): string => {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};

function causeOf(error: unknown): { readonly code: string; readonly words: string } {
  if (!(error instanceof Error)) return { code: '', words: String(error) };
  // Several addresses of one name were tried.
  const one = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  return { code: (one as NodeJS.ErrnoException).code ?? '', words: shorten(one.message || one.name) };
}

const placeOf = (host: string): string => `${isLoopback(host) ? 'http' : 'https'}://${apiHost(host)}/v2/`;

const problem = (code: string, message: string, mend: string): ProblemError => {
  const value: Problem = { code, message, mend };
  return new ProblemError(value);
};
