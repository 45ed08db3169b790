import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import type { AddressInfo, Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { createServer as createTls } from 'node:tls';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { ALL, Family } from '@cp-whisperx-app/nx-images/testing/family';
import { makeCertificate } from '@cp-whisperx-app/nx-images/testing/token-server';
import { inFixture, well } from './fixture.ts';
import { reproduces } from './reproduce.ts';

let family: Family;
beforeAll(async () => {
  family = await Family.create();
  expect(await family.build()).toMatchObject({ code: 0, builds: ALL });
});
afterAll(() => family.dispose());

const as = (): Readonly<Record<string, string>> => inFixture(family);

/** The image's install step does this too. */
const installing = (step: string): Promise<void> =>
  family.edit('images/leaf-high/Dockerfile', (text) =>
    text.replace('FROM scratch AS python', `${step}\n\n$&`),
  );

reproduces('the-root-cant-be-had', as, async ({ sees, mend }) => {
  const nowhere = `registry.invalid/python:3.11@sha256:${'0'.repeat(64)}`;
  const env = { NX_IMAGES_ARG_ROOT: nowhere, NX_IMAGES_ARG_BUILDER: nowhere };
  sees((await family.build({ env })).output);
  well(await family.shell(mend(), env));
  well(await family.build());
});

const bundle = { path: '' };
reproduces(
  'a-certificate-is-refused',
  () => ({ ...as(), '/etc/ssl/certs/ca-certificates.crt': bundle.path }),
  async ({ sees, mend }) => {
    const { key, certificate } = await makeCertificate();
    bundle.path = certificate;
    const server = createTls({ key: readFileSync(key), cert: readFileSync(certificate) }, (socket) =>
      socket.end(),
    );
    server.on('tlsClientError', () => undefined);
    const [host, port] = (await reachable(server)).split(':');
    const program = `import socket, ssl; ssl.create_default_context().wrap_socket(socket.create_connection(("${host ?? ''}", ${port ?? ''}), 9), server_hostname="registry.example")`;
    const bundles = '/etc/ssl/certs/ca-certificates.crt';
    await installing(
      `RUN --mount=type=secret,id=ca,target=${bundles},required=false SSL_CERT_FILE=${bundles} python3 -c '${program}'`,
    );
    try {
      sees((await family.build({ env: { SSL_CERT_FILE: undefined } })).output);
      well(await family.shell(mend()));
    } finally {
      await family.restore();
    }
  },
);

reproduces(
  'the-package-index-cant-be-reached',
  () => ({ ...as(), '$HOME/.config/index': join(family.root, 'dist/index') }),
  async ({ sees, mend }) => {
    const page = '<a href="left_pad-1.0-py3-none-any.whl">left_pad-1.0-py3-none-any.whl</a>';
    const server = createHttp((_request, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(page),
    );
    const host = await reachable(server);
    await family.write(
      'dist/index',
      `UV_DEFAULT_INDEX=http://${host}/simple\nPIP_INDEX_URL=http://${host}/simple\n`,
    );
    // As libs/installer reads it, and asks for.
    await installing(`RUN --mount=type=secret,id=index,target=/run/secrets/index,required=false \\
    python3 -m venv /tmp/tools && export PIP_INDEX_URL=http://127.0.0.1:1/simple PIP_RETRIES=1 PIP_TRUSTED_HOST=${host} \\
    && if [ -f /run/secrets/index ]; then export $(cat /run/secrets/index); fi \\
    && /tmp/tools/bin/pip index versions left-pad`);
    try {
      sees((await family.build()).output);
      well(await family.shell(mend()));
    } finally {
      await family.restore();
    }
  },
);

reproduces('a-secret-file-is-not-there', as, async ({ sees, mend }) => {
  await installing('RUN --mount=type=secret,id=index,required=false true');
  const env = { NX_IMAGES_SECRET_INDEX: 'dist/nowhere' };
  try {
    const failed = await family.build({ env });
    sees(failed.output);
    expect(failed.builds).toEqual([]);
    well(await family.shell(mend(), env));
  } finally {
    await family.restore();
  }
});

/** `HOST:PORT` of a server that containers reach; it stops with the test. */
async function reachable(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
  onTestFinished(() => void server.close());
  const addresses = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  const host = addresses.find(({ family: kind, internal }) => kind === 'IPv4' && !internal)?.address;
  if (host === undefined) throw new Error('this machine has no address that a container could reach');
  return `${host}:${(server.address() as AddressInfo).port}`;
}
