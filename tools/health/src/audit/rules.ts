import type { Finding } from '../finding.ts';
import type { Change } from './chain.ts';
import type { LayerListing } from './layer/listing.ts';
import type { Steps } from './steps.ts';
import { size } from './text.ts';

/** What the rules look at: the layers of one image, and what they do to each other. */
export interface Judged {
  readonly name: string;
  readonly dockerfile: string;
  /** Name of the image of the family under it. */
  readonly base?: string | undefined;
  readonly layers: readonly LayerListing[];
  readonly steps: Steps;
  readonly changes: readonly Change[];
  /** Of the files that the build mounts as secrets: SHA-256 → id. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Bytes that an image may write and hide again in a later layer: less is not worth a line in a Dockerfile. */
const FORGIVEN = 1_000_000;

/** All that is wrong with an image. What its base brought is told by the base's own audit, but for a package twice. Pure. */
export const judge = (image: Judged): readonly Finding[] => [
  ...distributionsTwice(image),
  ...baseChanged(image),
  ...hiddenBytes(image),
  ...setuidFiles(image),
  ...secrets(image),
  ...buildSecrets(image),
];

/** The root image's own distributions are for its own Python. */
function distributionsTwice(image: Judged): Finding[] {
  const copies = new Map<string, { version: string; folder: string; layer: number }[]>();
  for (const [layer, { distributions }] of image.layers.entries())
    for (const { name, version, folder } of layer < image.steps.root ? [] : distributions)
      copies.set(name, [...(copies.get(name) ?? []), { version, folder, layer }]);
  return [...copies].flatMap(([name, all]) => {
    const last = all.at(-1);
    if (last === undefined || all.length < 2) return [];
    const told = all.map(
      ({ version, folder, layer }) => `\n    ${version} in ${layerName(image, layer)}, ${folder}`,
    );
    return {
      ...at(image, last.layer),
      code: 'distribution-twice',
      message: `${name} stands in this image ${all.length} times${told.join('')}`,
      reason:
        'a package that the base has is taken from there: a copy costs its size again, and which one is imported is chance',
      mend: `take ${name} out of the requirements of the upper layer, or out of what its step installs; then npx nx sync`,
    };
  });
}

function baseChanged(image: Judged): Finding[] {
  const { base, steps } = image;
  if (base === undefined) return [];
  return byLayer(image.changes, ({ from, by }) => by >= steps.shared && from < steps.shared).map(
    ([layer, changes]) => ({
      ...at(image, layer),
      code: 'base-file-changed',
      message: `${layerName(image, layer)} changes ${count(changes, 'file')} of ${base}${examples(changes)}`,
      reason:
        'a layer that changes what is under it holds it a second time, and can not be put on a new base',
      mend: `change it in ${base}, or write to a path that ${base} does not have`,
    }),
  );
}

function hiddenBytes(image: Judged): Finding[] {
  const { shared } = image.steps;
  return byLayer(image.changes, ({ from, by }) => from >= shared && from < by)
    .filter(([, changes]) => sum(changes) > FORGIVEN)
    .map(([layer, changes]) => ({
      ...at(image, layer),
      code: 'hidden-bytes',
      message: `${layerName(image, layer)} hides ${size(sum(changes))} that the image wrote before${examples(changes)}`,
      reason: 'what a layer has written is fetched and kept, also where a later one removes it',
      mend: 'remove it in the step that writes it, or write it once',
    }));
}

/** A file that the root image had with these rights may come anew with an update. */
function setuidFiles(image: Judged): Finding[] {
  const { root, shared } = image.steps;
  const allowed = new Set(image.layers.slice(0, root).flatMap(setuidOf));
  return own(image).flatMap(([layer, listing]) => {
    const files = layer < shared ? [] : setuidOf(listing).filter((path) => !allowed.has(path));
    return files.map((path) => ({
      ...at(image, layer),
      code: 'setuid-file',
      message: `${path} runs with the rights of its owner or group (setuid, setgid)`,
      reason:
        'stages run as an ordinary user; such a file is a way to more rights, and none of them needs one',
      mend: `chmod ug-s /${path} in the step that brings it, or leave it out`,
    }));
  });
}

/** Paths of the files of a layer that run with the rights of their owner or group. */
export const setuidOf = ({ entries }: LayerListing): readonly string[] =>
  entries.flatMap(({ path, mode }) => (mode === undefined ? [] : [path]));

const secrets = (image: Judged): Finding[] =>
  own(image).flatMap(([layer, { secrets: seen }]) =>
    seen.map(({ shape, path, line }) => ({
      ...at(image, layer),
      code: 'secret-in-layer',
      message: `${path}${line === undefined ? '' : `, line ${line}`}: this has the shape of ${shape}`,
      reason: 'whoever can fetch the image can read it, also where a later layer removes it',
      mend: 'make the secret void where it was given out, and mount it (RUN --mount=type=secret) instead of copying it',
    })),
  );

const buildSecrets = (image: Judged): Finding[] =>
  own(image).flatMap(([layer, { entries }]) =>
    entries.flatMap(({ path, sha256 }) => {
      const id = sha256 === undefined ? undefined : image.secrets.get(sha256);
      if (id === undefined) return [];
      return {
        ...at(image, layer),
        code: 'build-secret-in-layer',
        message: `${path} is the file that the build mounts as the secret ${id}`,
        reason: 'secrets, and the certificates of a company, are for the build alone',
        mend: `mount it where the step needs it, and copy nothing from there: RUN --mount=type=secret,id=${id}`,
      };
    }),
  );

const own = ({ layers, steps }: Judged): [number, LayerListing][] =>
  [...layers.entries()].slice(steps.shared);

const at = ({ steps, dockerfile }: Judged, layer: number): { file: string; line?: number } => {
  const step = steps.byLayer[layer];
  return step === undefined ? { file: dockerfile } : { file: step.file, line: step.line };
};

/** `layer 7 (COPY --from=deps /opt of asr)` */
function layerName({ steps }: Judged, layer: number): string {
  const step = steps.byLayer[layer];
  return `layer ${layer + 1} (${step === undefined ? 'of the root image' : `${step.text} of ${step.image}`})`;
}

function byLayer(changes: readonly Change[], which: (change: Change) => boolean): [number, Change[]][] {
  const layers = new Map<number, Change[]>();
  for (const change of changes.filter(which))
    if (layers.get(change.by)?.push(change) === undefined) layers.set(change.by, [change]);
  return [...layers].sort(([a], [b]) => a - b);
}

const sum = (changes: readonly Change[]): number => changes.reduce((total, { bytes }) => total + bytes, 0);

const count = (changes: readonly unknown[], what: string): string =>
  `${changes.length} ${what}${changes.length === 1 ? '' : 's'}`;

/** The biggest three. */
const examples = (changes: readonly Change[]): string =>
  changes
    .toSorted((a, b) => b.bytes - a.bytes)
    .slice(0, 3)
    .map(({ path, bytes }) => `\n    ${path}, ${size(bytes)}`)
    .join('') + (changes.length > 3 ? `\n    and ${changes.length - 3} more` : '');
