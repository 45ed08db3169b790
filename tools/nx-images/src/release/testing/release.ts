import type { Release, ReleaseImage } from '../release.ts';

const image = (name: string, hex: string, base?: string): ReleaseImage => ({
  image: `o/app-${name}:cuda`,
  key: hex.repeat(64),
  digest: `sha256:${hex.repeat(64)}`,
  size: 1000,
  base,
});

/** A release of three images: asr and demux on ml. */
export const releaseWith = (change: Partial<Release> = {}): Release => ({
  schema: 1,
  name: 'v1',
  created: '2026-11-25T07:12:00.000Z',
  revision: 'c'.repeat(40),
  registry: 'registry.example/team',
  images: {
    ml: image('ml', 'a'),
    asr: { ...image('asr', 'b', 'ml'), python: 'o/app-python:lock-cccccccccccc' },
    demux: image('demux', 'd', 'ml'),
  },
  ...change,
});
