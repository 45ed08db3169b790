import { ProblemError } from '@cp-whisperx-app/problem';
import { repositoryOf } from '../model/image-name.ts';
import { cacheRepository } from '../nx-cache/registry-store.ts';
import type { Manifest, Registry } from '../registry/client.ts';
import { copyTag } from '../places/python.ts';
import { addressText } from '../registry/lookup.ts';
import { repositoryIn } from '../registry/reference.ts';
import { judge, judgeEntry, type Stored, type Verdict } from './judge.ts';
import type { Needs } from './needs.ts';
import { inParallel } from './parallel.ts';

const REQUESTS = 8;

/** What is to be kept beside what is needed. */
export interface Wishes {
  /** Key and lock tags. */
  readonly keep: readonly string[];
  /** Entries of Nx's cache go when they are older. */
  readonly days: number;
}

/**
 * What in a registry may go: images and Python layers by key, and entries of Nx's cache by age.
 * @param imageName pattern of the family's names
 * @throws ProblemError as Registry does
 */
export async function judgeRegistry(
  registry: Registry,
  needs: Needs,
  imageName: string,
  { keep, days }: Wishes,
): Promise<readonly Verdict[]> {
  const { address } = registry;
  const tags = new Map(
    [...needs.tags].map(([reference, by]) => [
      `${repositoryIn(address, reference)}:${reference.slice(repositoryOf(reference).length + 1)}`,
      by,
    ]),
  );
  const cache = cacheRepository(address, imageName);
  const python = repositoryIn(address, imageName.replace('{name}', 'python').replace('{tag}', 'x'));
  const repositories = new Set([
    ...[...needs.repositories].map((name) => repositoryIn(address, name)),
    python,
  ]);
  const verdicts: Verdict[] = [];
  for (const repository of [...repositories].sort()) {
    const { stored, strange } = await readRepository(registry, repository);
    const needing = (tag: string): readonly string[] => tags.get(`${repository}:${tag}`) ?? [];
    // The cache of a Python layer is of its digest, and needed as that is.
    const copied = (tag: string): readonly string[] =>
      stored
        .filter(({ digest }) => tag === copyTag(digest))
        .flatMap((python) => python.tags.flatMap(needing));
    const judged = stored.map((one) =>
      judge(one, {
        tag: (tag) => [...needing(tag), ...copied(tag)],
        digest: needs.digests.get(one.digest) ?? [],
        keep,
      }),
    );
    // It may be a list of images, which would break with any of them.
    verdicts.push(
      ...judged.map((verdict) =>
        strange === undefined || !verdict.remove
          ? verdict
          : { ...verdict, remove: false, why: `beside ${repository}:${strange}, which is no single image` },
      ),
    );
  }
  const entries = await readRepository(registry, cache);
  return [...verdicts, ...entries.stored.map((entry) => judgeEntry(entry, days, Date.now()))];
}

/**
 * Deletes what may go.
 * @throws ProblemError `registry-no-delete`, and as Registry does
 */
export async function deleteFrom(registry: Registry, verdicts: readonly Verdict[]): Promise<void> {
  for (const { stored, remove } of verdicts) if (remove) await deleteOne(registry, stored);
}

async function deleteOne(registry: Registry, { repository, digest }: Stored): Promise<void> {
  try {
    if (await registry.deleteManifest(repository, digest)) return;
  } catch (error) {
    throw isDenied(error) ? noDelete(registry, error.problems[0]?.message ?? '') : error;
  }
  // Some registries answer that nothing is there rather than that they don't delete.
  if ((await registry.manifest(repository, digest)) !== undefined)
    throw noDelete(registry, `${repository}@${digest} is still there`);
}

async function readRepository(
  registry: Registry,
  repository: string,
): Promise<{ readonly stored: readonly Stored[]; readonly strange: string | undefined }> {
  const tags = await registry.tags(repository);
  let strange: string | undefined;
  const manifests = await inParallel(tags, REQUESTS, async (tag) => {
    try {
      return await registry.manifest(repository, tag);
    } catch (error) {
      if (!isNoImage(error)) throw error;
      strange = tag;
      return undefined;
    }
  });
  const byDigest = new Map<string, { readonly manifest: Manifest; readonly tags: string[] }>();
  for (const [index, manifest] of manifests.entries()) {
    if (manifest === undefined) continue;
    const known = byDigest.get(manifest.digest) ?? { manifest, tags: [] };
    known.tags.push(tags[index] ?? '');
    byDigest.set(manifest.digest, known);
  }
  const stored = [...byDigest.values()].map(({ manifest: { digest, body }, tags }) => ({
    repository,
    digest,
    tags: tags.sort(),
    blobs: [body.config, ...body.layers],
    created: body.annotations?.['org.opencontainers.image.created'],
  }));
  return { stored, strange };
}

const has = (error: unknown, code: string): boolean =>
  error instanceof ProblemError && error.problems.some((problem) => problem.code === code);

const isNoImage = (error: unknown): boolean => has(error, 'registry-not-an-image');
const isDenied = (error: unknown): error is ProblemError => has(error, 'registry-denied');

const noDelete = (registry: Registry, why: string): ProblemError =>
  new ProblemError({
    code: 'registry-no-delete',
    message: `the registry ${addressText(registry)} does not let this account delete: ${why}`,
    mend: 'allow deletion there (distribution: storage.delete.enabled: true), use an account that may delete, or leave it to the retention rules of the registry',
  });
