import { ProblemError, type Problem } from '@cp-whisperx-app/problem';
import { canonicalReference, matchesPattern, pinOf } from './image-name.ts';
import type { ImageSpec, Reference } from './spec.ts';

/** An image with every reference of its Dockerfile resolved. */
export interface LinkedImage extends ImageSpec {
  /** Internal images it is made from: reference as its Dockerfile has it → name of the image's project. */
  readonly bases: ReadonlyMap<string, string>;
  /** Named contexts that are folders of this workspace: name → folder. */
  readonly contexts: ReadonlyMap<string, string>;
  /** Pins (`sha256:…`) of the external images it is made from, each once, in the order of their use. */
  readonly externals: readonly string[];
  /** The internal image that the final stage stands on. */
  readonly base?: string | undefined;
}

/** All images by project name, every base before what stands on it. */
export type ImageGraph = ReadonlyMap<string, LinkedImage>;

interface LinkOptions {
  readonly imageName: string;
  /** The folder that a named context of this name would be, or undefined when there is none. */
  readonly contextFolder: (name: string) => string | undefined;
}

/**
 * Resolves every reference of every image.
 * @throws ProblemError with all problems found: unknown internal base, base without digest, two images of one
 * name, a cycle.
 */
export function linkImages(specs: readonly ImageSpec[], options: LinkOptions): ImageGraph {
  const byImage = new Map(specs.map((spec) => [canonicalReference(spec.image), spec.name]));
  const problems = duplicateNames(specs);
  const linked = new Map<string, LinkedImage>();
  for (const spec of specs) {
    const bases = new Map<string, string>();
    const contexts = new Map<string, string>();
    const externals = new Set<string>();
    for (const reference of spec.references) {
      const text = reference.reference;
      const internal = byImage.get(canonicalReference(text));
      const folder = options.contextFolder(text);
      const pin = pinOf(text);
      if (internal !== undefined) bases.set(text, internal);
      else if (folder !== undefined) contexts.set(text, folder);
      else if (pin !== undefined) externals.add(pin);
      else if (matchesPattern(options.imageName, text)) problems.push(unknownBase(spec, reference, byImage));
      else problems.push(withoutDigest(spec, reference));
    }
    const base = spec.finalBase === undefined ? undefined : byImage.get(canonicalReference(spec.finalBase));
    linked.set(spec.name, { ...spec, bases, contexts, externals: [...externals], base });
  }
  if (problems.length > 0) throw new ProblemError(...problems);
  return inBuildOrder(linked);
}

/** The base chain of `name`: the image under its final stage, the one under that, and so on up to the root. */
export function chainOf(graph: ImageGraph, name: string): readonly string[] {
  const base = graph.get(name)?.base;
  return base === undefined ? [] : [base, ...chainOf(graph, base)];
}

function inBuildOrder(images: ReadonlyMap<string, LinkedImage>): ImageGraph {
  const ordered = new Map<string, LinkedImage>();
  const visit = (name: string, path: readonly string[]): void => {
    const image = images.get(name);
    if (image === undefined || ordered.has(name)) return;
    if (path.includes(name)) throw new ProblemError(cycle(image, [...path.slice(path.indexOf(name)), name]));
    for (const base of image.bases.values()) visit(base, [...path, name]);
    ordered.set(name, image);
  };
  for (const name of [...images.keys()].sort()) visit(name, []);
  return ordered;
}

function duplicateNames(specs: readonly ImageSpec[]): Problem[] {
  return specs.flatMap((spec, index) => {
    const others = specs.slice(0, index);
    const sameImage = others.find((other) => other.image === spec.image);
    const sameFolder = others.find((other) => other.name === spec.name);
    const where = { code: 'duplicate-image-name', file: spec.dockerfile, line: 1 };
    return [
      ...(sameImage === undefined
        ? []
        : [
            {
              ...where,
              message: `${spec.name} and ${sameImage.name} (${sameImage.dockerfile}) would both be ${spec.image}`,
              mend: 'give one of them another name: "# image: NAME:TAG" as the first line of its Dockerfile',
            },
          ]),
      ...(sameFolder === undefined
        ? []
        : [
            {
              ...where,
              message: `this and ${sameFolder.dockerfile} would both be the project ${spec.name}`,
              mend: `rename one of the folders`,
            },
          ]),
    ];
  });
}

function unknownBase(
  spec: ImageSpec,
  { reference, line }: Reference,
  known: ReadonlyMap<string, string>,
): Problem {
  return {
    code: 'unknown-base',
    message: `no Dockerfile of this workspace makes ${reference}`,
    file: spec.dockerfile,
    line,
    mend: `name one of ${[...known.keys()].sort().join(', ')}, add the folder that makes it, or pin an external image by its digest`,
  };
}

function withoutDigest(spec: ImageSpec, { reference, line }: Reference): Problem {
  return {
    code: 'base-without-digest',
    message: `${reference} is an external image that its tag does not pin`,
    file: spec.dockerfile,
    line,
    mend: `pin it: docker buildx imagetools inspect ${reference}, then write NAME:TAG@sha256:…`,
  };
}

function cycle(image: LinkedImage, path: readonly string[]): Problem {
  const next = path[1] ?? image.name;
  const reference = [...image.bases].find(([, base]) => base === next)?.[0];
  return {
    code: 'cycle',
    message: `these images stand on each other: ${path.join(' → ')}`,
    file: image.dockerfile,
    line: image.references.find((candidate) => candidate.reference === reference)?.line,
    mend: `let one of them stand on an image outside the circle`,
  };
}
