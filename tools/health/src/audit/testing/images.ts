import { dockerAt } from '@cp-whisperx-app/nx-images/testing/docker';
import { writeFiles } from '@cp-whisperx-app/nx-images/testing/folders';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LayerListing } from '../layer/listing.ts';
import { audit } from '../audit.ts';
import type { AuditRecord } from '../record.ts';
import { stepsOf } from '../steps.ts';

/** An image of a test: its name, and what its folder has beside the Dockerfile. */
export interface TestImage {
  readonly name: string;
  readonly base?: string;
  readonly dockerfile: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

/** Builds an image as `TAG`. @param host as in DOCKER_HOST */
export async function buildImage(
  tag: string,
  image: TestImage,
  args: readonly string[] = [],
  host?: string,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'nxtest-audit-'));
  try {
    writeFiles(folder, { Dockerfile: `${image.dockerfile.join('\n')}\n`, ...image.files });
    await dockerAt(host)('build', '--quiet', '--provenance=false', `--tag=${tag}`, ...args, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Audits an image by its layers, as its Dockerfile and those under it say how they were made. */
export function auditImage(
  image: TestImage,
  under: readonly TestImage[],
  layers: readonly LayerListing[],
  secrets: ReadonlyMap<string, string> = new Map(),
): AuditRecord {
  const graph = new Map(
    [image, ...under].map(({ name, dockerfile }) => [
      name,
      { name, dockerfile: `images/${name}/Dockerfile`, text: dockerfile.join('\n') },
    ]),
  ) as unknown as Parameters<typeof stepsOf>[3];
  return audit({
    name: image.name,
    image: image.name,
    key: 'key',
    dockerfile: `images/${image.name}/Dockerfile`,
    base: image.base,
    layers,
    steps: stepsOf(
      image.name,
      under.map(({ name }) => name),
      layers.length,
      graph,
    ),
    secrets,
  });
}
