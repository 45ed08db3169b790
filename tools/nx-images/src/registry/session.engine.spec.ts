import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { listen, serve } from '../testing/http.ts';
import { problemsOfPromise } from '../testing/problems.ts';
import { stubDocker } from '../testing/stub-docker.ts';
import { makeCertificate } from '../testing/token-server.ts';
import { basic, client, logIn, ownDockerConfig } from './testing/client.ts';

ownDockerConfig();

describe('https', () => {
  /** A proxy that stands for the network: all its tunnels end at one server. @returns where they were to end */
  async function startNetwork(host: string): Promise<readonly (string | undefined)[]> {
    const proxy = createServer();
    const tunnels: (string | undefined)[] = [];
    proxy.on('connect', ({ url }, socket) => {
      tunnels.push(url);
      const upstream = connect(Number(host.split(':')[1]), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        socket.pipe(upstream).pipe(socket);
      });
      for (const end of [socket, upstream]) end.on('error', () => end.destroy());
      onTestFinished(() => void socket.destroy());
    });
    for (const name of [
      'https_proxy',
      'http_proxy',
      'HTTP_PROXY',
      'no_proxy',
      'NO_PROXY',
      'NODE_EXTRA_CA_CERTS',
    ])
      vi.stubEnv(name, undefined);
    vi.stubEnv('HTTPS_PROXY', `http://${await listen(proxy)}`);
    logIn('registry.example', basic('alice:right'));
    return tunnels;
  }

  async function startSecure(realm: string): Promise<readonly (string | undefined)[]> {
    const { key, certificate } = await makeCertificate();
    const secure = createSecureServer({ key: readFileSync(key), cert: readFileSync(certificate) });
    secure.on('request', (_, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}"` }).end();
    });
    vi.stubEnv('SSL_CERT_FILE', certificate);
    return startNetwork(await listen(secure));
  }

  test('passwords go to no place of tokens without it', async () => {
    const tokens = await serve((_, response) => response.end('{"token":"t"}'));
    const tunnels = await startSecure(`http://${tokens.host}/token`);
    const [problem] = await problemsOfPromise(client('registry.example').ping());
    expect(problem).toMatchObject({ code: 'registry-unauthorized' });
    expect(problem?.message).toContain('not https');
    expect(tunnels).toEqual(['registry.example:443']);
    expect(tokens.got).toEqual([]);
  });

  test('a certificate that nobody vouches for is refused', async () => {
    await startSecure('https://registry.example/token');
    vi.stubEnv('SSL_CERT_FILE', undefined);
    stubDocker([{ to: 'info', stdout: '{"IndexConfigs":{"registry.example":{"Secure":true}}}' }]);
    const [problem] = await problemsOfPromise(client('registry.example').ping());
    expect(problem).toMatchObject({ code: 'registry-unreachable' });
    expect(problem?.mend).toContain('SSL_CERT_FILE');
  });

  test('a registry that does not speak it gets no password', async () => {
    const plain = await serve((_, response) => response.end());
    await startNetwork(plain.host);
    const calls = stubDocker([{ to: 'info', stdout: '{"InsecureRegistryCIDRs":["127.0.0.0/8"]}' }]);
    const [problem] = await problemsOfPromise(client('192.0.2.1').ping());
    expect(problem).toMatchObject({ code: 'registry-unreachable' });
    expect(problem?.message).toContain('does not speak https');
    expect(problem?.mend).toContain('insecure-registries');
    expect(calls()).toHaveLength(1);
    expect(plain.got).toEqual([]);
  });
});
