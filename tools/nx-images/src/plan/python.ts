import { join } from 'node:path/posix';
import type { LinkedImage } from '../model/graph.ts';
import { pinOf, repositoryOf } from '../model/image-name.ts';
import { canonicalJson, OWN_CONTEXT, sha256, withoutPlace, type Json, type KeyInputs } from './key.ts';

/**
 * The reference of an image's Python layer: `rajiup/cp-whisperx-app-python:lock-0123456789ab`, a function of what
 * the stage `python` of its Dockerfile is made from, which is its lock, the builder and the installer.
 * Undefined when it has no such stage.
 * @param inputs of the image
 * @param imageName pattern of the family's names
 */
export function pythonReference(
  image: LinkedImage,
  inputs: KeyInputs,
  imageName: string,
): string | undefined {
  const { python } = image;
  if (python === undefined) return undefined;
  const files = Object.entries(inputs.files[OWN_CONTEXT] ?? {});
  const key = sha256(
    canonicalJson({
      text: python.text,
      // Two stages may hold different things under one name.
      args: python.args.map(([name, value]) => [name, withoutPlace(name, value)]),
      references: python.references.map(({ reference }) => contentOf(reference, image, inputs)),
      files: Object.fromEntries(files.filter(([path]) => python.paths.some((taken) => holds(taken, path)))),
      platform: inputs.platform,
      frontend: inputs.frontend,
    }),
  );
  const name = imageName.replace('{name}', 'python').replace('{tag}', 'lock');
  return `${repositoryOf(name)}:lock-${key.slice(0, 12)}`;
}

/** What stands behind a reference: the key of an internal image, the files of a folder, the pin of another image. */
function contentOf(reference: string, { bases, contexts }: LinkedImage, inputs: KeyInputs): Json {
  const base = bases.get(reference);
  if (base !== undefined) return inputs.bases[base] ?? null;
  return contexts.has(reference) ? (inputs.files[reference] ?? null) : (pinOf(reference) ?? reference);
}

/** Whether a path that COPY or a mount names is that of a file, of a folder around it, or may be: wider is safe. */
function holds(taken: string, path: string): boolean {
  const plain = join('/', taken).slice(1).replace(/\/$/, '');
  return plain === '' || /[*?[\\]/.test(plain) || path === plain || path.startsWith(`${plain}/`);
}
