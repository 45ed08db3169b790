import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, onTestFinished, vi } from 'vitest';
import { tempFolder, writeFiles } from '../../testing/folders.ts';
import { TestRegistry, type RegistryOptions } from '../../testing/registry.ts';
import { Registry } from '../client.ts';
import { digestOf } from '../manifest.ts';
import { parseRegistry } from '../reference.ts';

/** The media type of an image's manifest. */
export const OCI = 'application/vnd.oci.image.manifest.v1+json';

/** Gives each test of a file an empty folder of docker's settings, and takes back what it sets in the environment. */
export function ownDockerConfig(): void {
  beforeEach(() => {
    vi.stubEnv('DOCKER_CONFIG', tempFolder());
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });
}

/** Writes what docker keeps of a login at a registry into that folder. */
export function logIn(host: string, entry: object): void {
  writeFiles(process.env.DOCKER_CONFIG ?? '', {
    'config.json': JSON.stringify({ auths: { [host]: entry } }),
  });
}

/** A name and a password, `NAME:PASSWORD`, as docker keeps them. */
export const basic = (text: string) => ({ auth: Buffer.from(text).toString('base64') });

/** A client of `HOST:PORT`. */
export const client = (host: string, timeoutMs = 5000): Registry =>
  new Registry(parseRegistry(host), { timeoutMs });

/** A registry that stops when the test ends. */
export async function startRegistry(options: RegistryOptions): Promise<TestRegistry> {
  const registry = await TestRegistry.start(options);
  onTestFinished(() => registry.stop());
  return registry;
}

/** A blob of these bytes, sent in two pieces. */
export const contentOf = (bytes: Buffer) => ({
  digest: digestOf(bytes),
  size: bytes.length,
  open: () => Readable.from([bytes.subarray(0, 7), bytes.subarray(7)]),
});

/** Pushes an image that is like no other, of one layer. */
export async function pushImage(registry: Registry, repository: string, tag: string) {
  const [config, layer] = [
    Buffer.from(JSON.stringify({ id: tag, salt: randomBytes(8) })),
    randomBytes(100_000),
  ];
  for (const bytes of [config, layer]) await registry.pushBlob(repository, contentOf(bytes));
  const describeBlob = (mediaType: string, bytes: Buffer) => ({
    mediaType,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const body = {
    schemaVersion: 2,
    mediaType: OCI,
    config: describeBlob('application/vnd.oci.image.config.v1+json', config),
    layers: [describeBlob('application/vnd.oci.image.layer.v1.tar', layer)],
  };
  const bytes = Buffer.from(JSON.stringify(body));
  return { bytes, body, layer, digest: await registry.pushManifest(repository, tag, bytes, OCI) };
}
