import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** BuildKit's own answers, from the engine that DOCKER_HOST or .env.local names. Nothing is downloaded. */
export interface BuildKit {
  /** The digest of the tiny image, which the corpus gets as the build argument PIN. */
  readonly pin: string;
  /** Stages as `--call=targets` lists them. */
  targets(dockerfile: string): Promise<readonly { name?: string; base: string; line: number }[]>;
  /** Builds, after giving the tiny image the names in `images`. */
  build(
    dockerfile: string,
    images: readonly string[],
    buildArgs: ReadonlyMap<string, string>,
  ): Promise<Built>;
  /** The sentence with which BuildKit refuses `dockerfile`; empty when it builds. */
  refusal(dockerfile: string): Promise<string>;
  /** The labels of the image that `dockerfile` builds. */
  labels(dockerfile: string): Promise<Readonly<Record<string, string>>>;
  /** Takes the names and the folder away again. */
  dispose(): Promise<void>;
}

/** Images as `name[:tag][@digest]`. */
export interface Built {
  /** Whose metadata BuildKit loaded. */
  readonly loaded: readonly string[];
  /** Of the provenance. */
  readonly materials: readonly string[];
}

const TINY = 'nximages-corpus/tiny:1';

export async function startBuildKit(): Promise<BuildKit> {
  if (existsSync('.env.local')) process.loadEnvFile('.env.local');
  const folder = await mkdtemp(join(tmpdir(), 'nximages-corpus-'));
  const context = join(folder, 'context');
  await mkdir(join(context, 'with space'), { recursive: true });
  await writeFile(join(context, 'a.txt'), 'a\n');
  await writeFile(join(context, 'with space', 'b.txt'), 'b\n');
  await writeFile(join(context, 'sh'), exitZero());
  const names = new Set([TINY]);

  async function build(dockerfile: string, ...args: readonly string[]): ReturnType<typeof docker> {
    const file = join(await mkdtemp(join(folder, 'build-')), 'Dockerfile');
    await writeFile(file, dockerfile);
    return docker('buildx', 'build', '--platform=linux/amd64', '-f', file, ...args, context);
  }
  const inspect = async (image: string, format: string): Promise<unknown> =>
    JSON.parse((await docker('image', 'inspect', '-f', format, image)).stdout);

  await build('FROM scratch\nCOPY --chmod=755 sh /bin/sh\n', '--load', '--provenance=false', '-t', TINY);
  const [pinned] = (await inspect(TINY, '{{json .RepoDigests}}')) as string[];

  return {
    pin: pinned?.split('@')[1] ?? '',
    async targets(dockerfile) {
      const { stdout } = await build(dockerfile, '--call=targets,format=json');
      return (JSON.parse(stdout) as Targets).targets.map(({ name, base, location }) => ({
        ...(name !== undefined && { name }),
        base,
        line: location.ranges[0]?.start.line ?? 0,
      }));
    },
    async build(dockerfile, images, buildArgs) {
      for (const image of images)
        if (!names.has(image) && !image.includes('@')) {
          names.add(image);
          await docker('tag', TINY, image);
        }
      const file = join(await mkdtemp(join(folder, 'metadata-')), 'metadata.json');
      const { stderr } = await build(
        dockerfile,
        ...['--output=type=cacheonly', '--progress=plain', '--provenance=mode=max', '--metadata-file', file],
        ...[...buildArgs].map(([name, value]) => `--build-arg=${name}=${value}`),
      );
      const metadata = JSON.parse(await readFile(file, 'utf8')) as Metadata;
      return {
        loaded: [...stderr.matchAll(/load metadata for (\S+)$/gm)].map(([, image]) => image ?? ''),
        materials: (metadata['buildx.build.provenance'].materials ?? []).map(({ uri }) => imageOf(uri)),
      };
    },
    async refusal(dockerfile) {
      try {
        await build(dockerfile, '--output=type=cacheonly', '--progress=plain');
        return '';
      } catch (error) {
        return /^ERROR: .*$/m.exec(String(error))?.[0] ?? '';
      }
    },
    async labels(dockerfile) {
      const image = 'nximages-corpus/labels:1';
      names.add(image);
      await build(dockerfile, '--load', '--provenance=false', '-t', image);
      return (await inspect(image, '{{json .Config.Labels}}')) as Record<string, string>;
    },
    async dispose() {
      await docker('rmi', '--force', ...names);
      await rm(folder, { recursive: true });
    },
  };
}

interface Targets {
  targets: { name?: string; base: string; location: { ranges: { start: { line: number } }[] } }[];
}

interface Metadata {
  'buildx.build.provenance': { materials?: { uri: string }[] };
}

/** `pkg:docker/name@tag?digest=…&platform=…` → `name:tag@digest`. */
function imageOf(uri: string): string {
  const [, name = '', tag, query] = /^pkg:docker\/([^@?]*)(?:@([^?]*))?(?:\?(.*))?$/.exec(uri) ?? [];
  const digest = new URLSearchParams(query).get('digest');
  return (
    decodeURIComponent(name) + (tag === undefined ? '' : `:${tag}`) + (digest === null ? '' : `@${digest}`)
  );
}

/** @throws Error whose message holds what docker said on stderr */
const docker = (...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
  promisify(execFile)('docker', args);

/** A static x86-64 ELF program that exits with 0, whatever it is asked to run: the tiny image's shell. */
function exitZero(): Buffer {
  const code = Buffer.from('b83c00000031ff0f05', 'hex'); // mov eax, 60; xor edi, edi; syscall
  const base = 0x400000n;
  const [headerSize, segmentSize] = [64, 56];
  const file = Buffer.alloc(headerSize + segmentSize + code.length);
  file.write('\x7fELF\x02\x01\x01', 'latin1');
  file.writeUInt16LE(2, 16); // executable
  file.writeUInt16LE(62, 18); // x86-64
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(base + BigInt(headerSize + segmentSize), 24); // entry
  file.writeBigUInt64LE(BigInt(headerSize), 32); // where the segments stand
  file.writeUInt16LE(headerSize, 52);
  file.writeUInt16LE(segmentSize, 54);
  file.writeUInt16LE(1, 56); // one segment
  file.writeUInt32LE(1, 64); // loaded
  file.writeUInt32LE(5, 68); // readable, executable
  file.writeBigUInt64LE(base, 80);
  file.writeBigUInt64LE(base, 88);
  file.writeBigUInt64LE(BigInt(file.length), 96);
  file.writeBigUInt64LE(BigInt(file.length), 104);
  file.writeBigUInt64LE(0x1000n, 112);
  code.copy(file, headerSize + segmentSize);
  return file;
}
