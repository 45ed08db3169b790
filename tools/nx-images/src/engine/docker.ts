import { ProblemError } from '@cp-whisperx-app/problem';
import { execFile, spawn } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { canonicalReference } from '../model/image-name.ts';
import { explainEngineFailure } from './failures.ts';

/** An image as the engine has it. */
export interface EngineImage {
  /** Config digest on overlay2, manifest or index digest on the containerd store. */
  readonly id: string;
  readonly tags: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Digests of the uncompressed layers, root first: the same on both stores. */
  readonly diffIds: readonly string[];
  /** Bytes, uncompressed. */
  readonly size: number;
  /** When it was built: ISO 8601. */
  readonly created: string;
}

/** One line of an image's history, newest first. */
export interface HistoryEntry {
  readonly createdBy: string;
  /** Bytes, uncompressed. */
  readonly size: number;
}

/** The engine behind the docker client. */
export interface EngineInfo {
  /** What it is, for a person: `Docker 28.5.2 (containerd), buildx 0.29.1`. */
  readonly name: string;
  /** `containerd` or `overlay2`. */
  readonly store: string;
  /** Name of the builder that is the engine's own: that of the client's context. */
  readonly builder: string;
  /** Folder of the engine's data, on its own machine. */
  readonly dataRoot: string;
}

interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The images of these references that the engine has, by reference: a tag, or an id.
 * @throws ProblemError when there is no engine.
 */
export async function inspectImages(
  references: readonly string[],
): Promise<ReadonlyMap<string, EngineImage>> {
  if (references.length === 0) return new Map();
  const { stdout, stderr, code } = await docker([
    'image',
    'inspect',
    '--format',
    '{{json .}}',
    ...references,
  ]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  // Missing images are the only failure that leaves the others' answers valid.
  if (code !== 0 && !/no such image/i.test(stderr)) throw new ProblemError(explainEngineFailure(stderr));
  const images = lines.map(readInspect);
  const byTag = new Map(images.flatMap((image) => image.tags.map((tag) => [tag, image] as const)));
  return new Map(
    references.flatMap((reference) => {
      // The engine lists its images without `docker.io/`.
      const image = byTag.get(canonicalReference(reference)) ?? images.find(({ id }) => id === reference);
      return image === undefined ? [] : [[reference, image] as const];
    }),
  );
}

/** Gives the image `source` the name `target`. @throws ProblemError */
export async function tagImage(source: string, target: string): Promise<void> {
  await dockerOrThrow(['image', 'tag', source, target]);
}

/**
 * Brings an image from its registry.
 * @param reference by digest
 * @param say takes one line for each layer that has come
 * @throws ProblemError
 */
export async function pullImage(reference: string, say: (line: string) => void): Promise<void> {
  const child = spawn('docker', ['pull', reference], { stdio: ['ignore', 'pipe', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (/: (Pull complete|Already exists)$/.test(line)) say(`  layer ${line}`);
  });
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', (error) => {
      stderr += error.message;
      resolve(127);
    });
    child.on('close', resolve);
  });
  if (code !== 0) throw new ProblemError(explainEngineFailure(stderr));
}

/** Takes names from the engine. @throws ProblemError */
export async function removeImages(references: readonly string[]): Promise<void> {
  await dockerOrThrow(['image', 'rm', ...references]);
}

/** What each instruction added to an image, newest first. @throws ProblemError */
export async function imageHistory(reference: string): Promise<readonly HistoryEntry[]> {
  const stdout = await dockerOrThrow([
    'image',
    'history',
    '--no-trunc',
    '--human=false',
    '--format',
    '{{json .}}',
    reference,
  ]);
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { CreatedBy: string; Size: string })
    .map(({ CreatedBy, Size }) => ({ createdBy: CreatedBy, size: Number(Size) }));
}

/**
 * The engine and the builder behind the docker client.
 * @throws ProblemError when there is no engine, no buildx, or the engine is too old.
 */
export async function engineInfo(): Promise<EngineInfo> {
  const [info, buildx] = await Promise.all([
    dockerOrThrow(['info', '--format', '{{json .}}']),
    dockerOrThrow(['buildx', 'version']),
  ]);
  const { ServerVersion, ServerErrors, ClientInfo, Driver, DriverStatus, DockerRootDir } = JSON.parse(
    info,
  ) as {
    ServerVersion: string;
    ServerErrors?: string[] | null;
    ClientInfo: { Context: string };
    Driver: string;
    DriverStatus: [string, string][] | null;
    DockerRootDir: string;
  };
  // Old clients exit with 0 when no engine answers.
  if (ServerErrors) throw new ProblemError(explainEngineFailure(ServerErrors.join('\n')));
  if (Number.parseInt(ServerVersion) < 23)
    throw new ProblemError({
      code: 'engine-too-old',
      message: `the engine is Docker ${ServerVersion}; named build contexts need 23 or newer`,
      mend: 'update Docker, or run "make engine" on Debian or Ubuntu',
    });
  const containerd =
    DriverStatus?.some(([, value]) => value.startsWith('io.containerd.snapshotter')) ?? false;
  const store = containerd ? 'containerd' : Driver;
  return {
    name: `Docker ${ServerVersion} (${store}), buildx ${/\d+\.\d+\.\d+/.exec(buildx)?.[0] ?? buildx.trim()}`,
    store,
    builder: ClientInfo.Context,
    dataRoot: DockerRootDir,
  };
}

/** Bytes free where the engine keeps its data, or undefined when that is not on this machine. */
export async function freeDisk(dataRoot: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(dataRoot);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}

/** Bytes that a builder keeps from former builds; 0 where it does not say. */
export async function cacheSize(builder: string): Promise<number> {
  const { stdout } = await docker(['buildx', 'du', '--builder', builder]);
  const [, value = '0', unit = 'B'] = /^Total:\s+([\d.]+)([kMGT]?B)$/m.exec(stdout) ?? [];
  return Number(value) * 1000 ** ['B', 'kB', 'MB', 'GB', 'TB'].indexOf(unit);
}

async function dockerOrThrow(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await docker(args);
  if (code !== 0) throw new ProblemError(explainEngineFailure(stderr));
  return stdout;
}

function docker(args: readonly string[]): Promise<Answer> {
  return new Promise((resolve) => {
    execFile('docker', args, { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 127;
      resolve({ code, stdout, stderr: stderr || (error?.message ?? '') });
    });
  });
}

function readInspect(line: string): EngineImage {
  const image = JSON.parse(line) as {
    Id: string;
    RepoTags: string[] | null;
    Config: { Labels: Record<string, string> | null } | null;
    RootFS: { Layers: string[] | null };
    Size: number;
    Created: string;
  };
  return {
    id: image.Id,
    tags: image.RepoTags ?? [],
    labels: image.Config?.Labels ?? {},
    diffIds: image.RootFS.Layers ?? [],
    size: image.Size,
    created: image.Created,
  };
}
