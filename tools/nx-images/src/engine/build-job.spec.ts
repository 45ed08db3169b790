import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planWith } from '../testing/plan.ts';
import { containerOptions, type BuildJob } from './build-job.ts';

const root = join('/', 'work space');
const BASE = `r.example/o/app-ml@sha256:${'1'.repeat(64)}`;
const PYTHON = {
  image: `r.example/o/app-python@sha256:${'2'.repeat(64)}`,
  cache: 'r.example/o/app-python:copy-2',
};
const COMMON = { quiet: true, builder: 'desktop-linux', platforms: ['linux/amd64'], provenance: 'false' };
const SOURCES = {
  context: join(root, 'images/asr'),
  file: join(root, 'images/asr/Dockerfile'),
  'build-args': ['ROOT=root:1'],
  'secret-files': ['ca=/etc/ca.crt'],
};
const REGISTRY_EXPORT =
  'type=image,push=true,store=false,oci-mediatypes=true,compression=zstd,force-compression=true';

const jobWith = (change: Partial<BuildJob>): BuildJob => ({
  plan: planWith(),
  builder: 'desktop-linux',
  bases: new Map([['ml', 'o/app-ml:key-bbbbbbbbbbbb']]),
  to: { place: 'engine' },
  ...change,
});

test.each<[what: string, job: Partial<BuildJob>, expected: object]>([
  [
    'into the engine: under the names of the plan',
    {},
    {
      ...SOURCES,
      tags: ['o/app-asr:key-aaaaaaaaaaaa', 'o/app-asr:cuda'],
      labels: ['a=b'],
      'build-contexts': [
        `shared=${join(root, 'libs/shared')}`,
        'o/app-ml:cuda=docker-image://o/app-ml:key-bbbbbbbbbbbb',
      ],
      outputs: ['type=image,compression=uncompressed,unpack=true'],
    },
  ],
  [
    'into a registry: under one name there, under none here',
    {
      bases: new Map([['ml', BASE]]),
      python: PYTHON,
      to: { place: 'registry', reference: 'r.example/o/app-asr:unverified' },
    },
    {
      ...SOURCES,
      labels: ['a=b'],
      'cache-from': ['type=registry,ref=r.example/o/app-python:copy-2'],
      'build-contexts': [
        `shared=${join(root, 'libs/shared')}`,
        `o/app-ml:cuda=docker-image://${BASE}`,
        `deps=docker-image://${PYTHON.image}`,
      ],
      outputs: [`${REGISTRY_EXPORT},name=r.example/o/app-asr:unverified`],
    },
  ],
  [
    // Its labels would be those of one of the images that share it.
    'a stage: with its cache, without labels',
    {
      bases: new Map([['ml', BASE]]),
      to: { place: 'registry', reference: 'r.example/o/app-python:lock-1', stage: 'python' },
    },
    {
      ...SOURCES,
      target: 'python',
      'cache-to': ['type=inline'],
      'build-contexts': [`shared=${join(root, 'libs/shared')}`, `o/app-ml:cuda=docker-image://${BASE}`],
      outputs: [`${REGISTRY_EXPORT},name=r.example/o/app-python:lock-1`],
    },
  ],
  [
    // A label set anew, or a context, would make another image of it.
    'a copy of what the engine has: nothing of the plan is built',
    {
      python: PYTHON,
      to: { place: 'registry', reference: 'r.example/o/app-asr:unverified', copyOf: 'o/app-asr:key-a' },
    },
    {
      context: join(root, 'dist/images'),
      file: join(root, 'dist/images/asr.copy.Dockerfile'),
      outputs: [`${REGISTRY_EXPORT},name=r.example/o/app-asr:unverified`],
    },
  ],
  [
    'a copy of what a registry has: as it is, under the names of the plan',
    { to: { place: 'engine', copyOf: 'r.example/o/app-asr@sha256:1' } },
    {
      context: join(root, 'dist/images'),
      file: join(root, 'dist/images/asr.copy.Dockerfile'),
      tags: ['o/app-asr:key-aaaaaaaaaaaa', 'o/app-asr:cuda'],
      outputs: ['type=image,oci-mediatypes=true,unpack=true'],
    },
  ],
])('a job as options of nx-container: %s', (_what, job, expected) => {
  // nx-container takes `metadata` from a git remote, throws without one, and replaces tags and labels by it.
  expect(containerOptions(jobWith(job), root)).toEqual({ ...COMMON, ...expected });
});
