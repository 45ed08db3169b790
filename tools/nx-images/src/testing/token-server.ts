import { createPrivateKey, randomUUID, sign, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { runOrThrow } from './docker.ts';
import { tempFolder } from './folders.ts';
import { listen } from './http.ts';
import type { TokenAuth } from './registry.ts';

/** One request for a token. */
export interface TokenRequest {
  readonly method: string;
  readonly scopes: readonly string[];
  /** The name of the account; undefined for nobody. */
  readonly account: string | undefined;
}

/** What a token server of a test knows. */
export interface Accounts {
  readonly users: Readonly<Record<string, string>>;
  /** Names by identity token. */
  readonly identities?: Readonly<Record<string, string>>;
  /** What an account (undefined: nobody) may do. */
  may(account: string | undefined, action: string): boolean;
  /** Seconds that a token lives: 60 where it is not said. */
  lifetime?(): number;
}

const ISSUER = 'test';
const SERVICE = 'registry-of-the-test';

/** A key and a self-signed certificate for this machine, as PEM files that are gone after the test. */
export async function makeCertificate(): Promise<{ readonly key: string; readonly certificate: string }> {
  const folder = tempFolder();
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const name = ['-subj', '/CN=test', '-addext', 'subjectAltName=DNS:registry.example,IP:127.0.0.1'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  await runOrThrow('openssl', ['req', '-x509', ...kind, '-keyout', key, '-out', certificate, ...name]);
  return { key, certificate };
}

/**
 * A server of tokens on this machine, which stops when the test ends.
 * Source: distribution, docs/spec/auth/token.md, oauth.md and jwt.md.
 */
export async function startTokenServer(
  accounts: Accounts,
): Promise<{ readonly auth: TokenAuth; readonly requests: readonly TokenRequest[] }> {
  const { key, certificate } = await makeCertificate();
  const x5c = [new X509Certificate(readFileSync(certificate)).raw.toString('base64')];
  const requests: TokenRequest[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      const { account, scopes, denied } = await readRequest(request, accounts);
      requests.push({ method: request.method ?? '', scopes, account });
      response.writeHead(denied ? 401 : 200, { 'content-type': 'application/json' });
      const token = signToken(
        readFileSync(key),
        x5c,
        account,
        granted(accounts, account, scopes),
        accounts.lifetime?.(),
      );
      response.end(JSON.stringify(denied ? { details: 'wrong' } : { token, access_token: token }));
    })();
  });
  const realm = `http://${await listen(server)}/token`;
  return { auth: { realm, service: SERVICE, issuer: ISSUER, rootcertbundle: certificate }, requests };
}

async function readRequest(
  request: IncomingMessage,
  { users, identities = {} }: Accounts,
): Promise<{ account: string | undefined; scopes: readonly string[]; denied: boolean }> {
  if (request.method === 'POST') {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const form = new URLSearchParams(body);
    const account = identities[form.get('refresh_token') ?? ''];
    return { account, scopes: form.get('scope')?.split(' ') ?? [], denied: account === undefined };
  }
  const scopes = new URL(request.url ?? '', 'http://x').searchParams.getAll('scope');
  const [, encoded] = /^Basic (.*)$/.exec(request.headers.authorization ?? '') ?? [];
  if (encoded === undefined) return { account: undefined, scopes, denied: false };
  const [name = '', password] = Buffer.from(encoded, 'base64').toString().split(':');
  return { account: name, scopes, denied: users[name] !== password };
}

const granted = (
  accounts: Accounts,
  account: string | undefined,
  scopes: readonly string[],
): readonly object[] =>
  scopes.map((scope) => {
    const [type, name, actions = ''] = scope.split(':');
    return { type, name, actions: actions.split(',').filter((action) => accounts.may(account, action)) };
  });

function signToken(
  key: Buffer,
  x5c: readonly string[],
  account = '',
  access: readonly object[],
  lifetime = 60,
): string {
  const now = Math.floor(Date.now() / 1000);
  const times = { nbf: now - 120, iat: now - 120, exp: now + lifetime };
  const claims = { iss: ISSUER, sub: account, aud: SERVICE, jti: randomUUID(), access, ...times };
  const parts = [{ typ: 'JWT', alg: 'ES256', x5c }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signer = { key: createPrivateKey(key), dsaEncoding: 'ieee-p1363' } as const;
  return [...parts, sign('sha256', Buffer.from(parts.join('.')), signer).toString('base64url')].join('.');
}
