import { readFileSync } from 'node:fs';
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { Dispatcher, Pool } from 'undici';

/** Connections to this machine itself. @param connectMs how long one may take to be made */
export async function directConnections(connectMs: number): Promise<Dispatcher> {
  const { Agent } = await import('undici');
  return new Agent({ connect: { timeout: connectMs } });
}

/**
 * Connections to others, as the environment tells: HTTP_PROXY, HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE.
 * @param connectMs how long one may take to be made
 */
export async function outsideConnections(connectMs: number): Promise<Dispatcher> {
  const { EnvHttpProxyAgent, Pool } = await import('undici');
  const tls = { timeout: connectMs, secureContext: secureContext() };
  const clientFactory = (proxy: URL, options: object): Dispatcher =>
    failing(new Pool(proxy, { ...options, headersTimeout: connectMs }));
  // Its type lacks what it hands on to its ProxyAgent. Plain http goes through a proxy without a tunnel, as Go has it.
  const options = { connect: tls, requestTls: tls, proxyTls: tls, proxyTunnel: false, clientFactory };
  return new EnvHttpProxyAgent(options);
}

/** undici asks a proxy without end that closes the connection at CONNECT: it takes UND_ERR_SOCKET for a passing state. */
function failing(pool: Pool): Dispatcher {
  const ask: (options: Dispatcher.ConnectOptions) => Promise<Dispatcher.ConnectData> =
    pool.connect.bind(pool);
  const connect = async (options: Dispatcher.ConnectOptions): Promise<Dispatcher.ConnectData> => {
    try {
      return await ask(options);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'UND_ERR_SOCKET') throw cause;
      throw Object.assign(new Error('the proxy closed the connection', { cause }), { code: 'ECONNREFUSED' });
    }
  };
  return Object.assign(pool, { connect });
}

/** Node's own certificates and those of the files that Go's and Node's programs are told of. */
function secureContext(): SecureContext {
  const extra = [process.env.SSL_CERT_FILE, process.env.NODE_EXTRA_CA_CERTS].flatMap((file) => {
    try {
      return file === undefined ? [] : [readFileSync(file, 'utf8')];
    } catch {
      // As Go does: the refusal of a certificate tells of it.
      return [];
    }
  });
  return createSecureContext({ ca: [...rootCertificates, ...extra] });
}
