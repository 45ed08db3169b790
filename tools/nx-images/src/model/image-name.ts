import { ProblemError } from '@cp-whisperx-app/problem';
import { isReference } from '../dockerfile/index.ts';

/** `docker.io/`, a missing tag and `index.docker.io/` are other spellings of the same image. */
export function canonicalReference(reference: string): string {
  const plain = reference.replace(/^(index\.)?docker\.io\/(library\/)?/, '');
  const name = plain.split('@')[0] ?? plain;
  const tagged = name.slice(name.lastIndexOf('/') + 1).includes(':');
  return plain.includes('@') || tagged ? plain : `${plain}:latest`;
}

/** The repository of a tagged reference: `a/b:cuda` → `a/b`. */
export const repositoryOf = (reference: string): string => reference.replace(/:[^:/]*$/, '');

/** The tag of a tagged reference: `a/b:cuda` → `cuda`. */
export const tagOf = (reference: string): string => reference.slice(repositoryOf(reference).length + 1);

/** What `reference` is pinned to, as `sha256:…`, or undefined when a tag could move it. */
export function pinOf(reference: string): string | undefined {
  // A root made on this machine has no registry and so no digest: `name:sha256-<hex>`, the hash of its content.
  // From a registry or an owner such a name is a tag like any other.
  const [, hex] = /(?:@sha256:|^[^/]+:sha256-)([0-9a-f]{64})$/.exec(reference) ?? [];
  return hex === undefined ? undefined : `sha256:${hex}`;
}

/** Whether a reference has the shape of this family's names, built or not. */
export function matchesPattern(pattern: string, reference: string): boolean {
  const escaped = pattern.replace(/[.*+?^$()|[\]\\]/g, '\\$&');
  const shape = escaped.replace('{name}', '[a-z0-9._-]+').replace('{tag}', '[\\w.-]+');
  return new RegExp(`^${shape}$`).test(canonicalReference(reference));
}

/**
 * The name of the image in `folder`: the pattern filled from the line `# image: NAME:TAG` that may stand
 * among the first comments of its Dockerfile, or else from the folder's name and `latest`.
 * @throws ProblemError when the result is no legal reference.
 */
export function imageNameOf(pattern: string, folder: string, dockerfile: string, file: string): string {
  const { stated, line } = statedName(dockerfile);
  const [, name = folder, tag = 'latest'] = /^([^:]*)(?::(.*))?$/.exec(stated ?? folder) ?? [];
  const image = pattern.replace('{name}', name).replace('{tag}', tag);
  if (!isReference(image) || !/:[^:/@]+$/.test(image))
    throw new ProblemError({
      code: 'image-name',
      message: `"${image}" is no legal image name`,
      file,
      line: line ?? 1,
      mend: `write "# image: NAME:TAG" as the first line of ${file}, in lower case`,
    });
  return image;
}

function statedName(dockerfile: string): { stated?: string; line?: number } {
  for (const [index, text] of dockerfile.split(/\r?\n/).entries()) {
    if (!/^\s*(#|$)/.test(text)) break;
    const [, stated] = /^\s*#\s*image:\s*(.*?)\s*$/.exec(text) ?? [];
    if (stated !== undefined) return { stated, line: index + 1 };
  }
  return {};
}
