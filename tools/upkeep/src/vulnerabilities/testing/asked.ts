import type { PlacedPackage } from '../asked.ts';

/** What is asked in the tests: hit by two records of one thing, by one without a fix, by none, by one of Debian. */
export const ASKED: readonly PlacedPackage[] = [
  { ecosystem: 'PyPI', name: 'tqdm', version: '4.66.3', places: ['images/low/requirements.lock'] },
  { ecosystem: 'PyPI', name: 'numpy', version: '2.0.2', places: ['images/low/requirements.lock'] },
  { ecosystem: 'PyPI', name: 'pyannote-core', version: '5.0.0', places: ['tools/checks/requirements.lock'] },
  {
    ...{ ecosystem: 'Debian:12', name: 'ffmpeg', version: '7:5.1.9-0+deb12u1' },
    ...{ places: ['low'], binaries: ['ffmpeg', 'libavcodec59'] },
  },
  {
    ...{ ecosystem: 'Debian:12', name: 'zlib', version: '1:1.2.13.dfsg-1' },
    ...{ places: ['low'], binaries: ['zlib1g'] },
  },
];
