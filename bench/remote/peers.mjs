// The same six images by `docker buildx build` and by `docker buildx bake`, each with a registry cache (mode=max).
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './machines.mjs';

const COMPRESSED = 'compression=zstd,oci-mediatypes=true';

/** The images in build order: folder, name, and what each stands on. */
export const IMAGES = [
  { folder: 'base-cpu', name: 'rajiup/cp-whisperx-app-base:cpu' },
  { folder: 'base-cuda', name: 'rajiup/cp-whisperx-app-base:cuda', base: 'base-cpu' },
  { folder: 'base-ml', name: 'rajiup/cp-whisperx-app-base-ml:cuda', base: 'base-cuda' },
  { folder: 'demux', name: 'rajiup/cp-whisperx-app-demux:cpu', base: 'base-cpu' },
  { folder: 'asr', name: 'rajiup/cp-whisperx-app-asr:cuda', base: 'base-ml' },
  { folder: 'diarization', name: 'rajiup/cp-whisperx-app-diarization:cuda', base: 'base-ml' },
];
const nameOf = (folder) => IMAGES.find((image) => image.folder === folder).name;

/** `docker buildx build` of some of the images, pushed. */
export function plainBuild(folders, { cwd, registry, args, secret, env }) {
  for (const { folder, name, base } of IMAGES.filter((image) => folders.includes(image.folder)))
    run(
      'docker',
      [
        'buildx',
        'build',
        '--provenance=false',
        ...args.flatMap((arg) => ['--build-arg', arg]),
        ...(secret ? ['--secret', `id=ca,src=${secret}`] : []),
        ...['--build-context', 'installer=libs/installer', '--build-context', 'shared-py=libs/shared-py'],
        ...(base
          ? ['--build-context', `${nameOf(base)}=docker-image://${registry}/plain/${nameOf(base)}`]
          : []),
        ...['--cache-from', `type=registry,ref=${registry}/plain-cache:${folder}`],
        '--cache-to',
        `type=registry,ref=${registry}/plain-cache:${folder},mode=max,${COMPRESSED},image-manifest=true`,
        ...['--output', `type=registry,name=${registry}/plain/${name},${COMPRESSED}`],
        `images/${folder}`,
      ],
      { cwd, env },
    );
}

/** `docker buildx bake` of all images, pushed. */
export function bake({ cwd, registry, args, secret, env }) {
  const target = ({ folder, name, base }) => ({
    context: `images/${folder}`,
    contexts: {
      installer: 'libs/installer',
      'shared-py': 'libs/shared-py',
      ...(base && { [nameOf(base)]: `target:${base}` }),
    },
    args: Object.fromEntries(args.map((arg) => arg.split(/=(.*)/s, 2))),
    ...(secret && { secret: [`id=ca,src=${secret}`] }),
    attest: ['type=provenance,disabled=true'],
    'cache-from': [`type=registry,ref=${registry}/bake-cache:${folder}`],
    'cache-to': [
      `type=registry,ref=${registry}/bake-cache:${folder},mode=max,${COMPRESSED},image-manifest=true`,
    ],
    output: [`type=registry,name=${registry}/bake/${name},${COMPRESSED}`],
  });
  const file = join(cwd, 'bake.json');
  const targets = Object.fromEntries(IMAGES.map((image) => [image.folder, target(image)]));
  writeFileSync(
    file,
    JSON.stringify({ group: { default: { targets: Object.keys(targets) } }, target: targets }),
  );
  run('docker', ['buildx', 'bake', '--file', file], {
    cwd,
    env: { ...env, BUILDX_BAKE_ENTITLEMENTS_FS: '0' },
  });
}
