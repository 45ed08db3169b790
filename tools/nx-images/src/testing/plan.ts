import type { BuildPlan } from '../plan/plan.ts';

/** A plan with something in every member, and changes of it. */
export const planWith = (change: Partial<BuildPlan> = {}): BuildPlan => ({
  name: 'asr',
  image: 'o/app-asr:cuda',
  keyed: 'o/app-asr:key-aaaaaaaaaaaa',
  key: 'a'.repeat(64),
  inputs: {
    schema: 1,
    dockerfile: '',
    files: {},
    args: {},
    platform: 'linux/amd64',
    frontend: 'builtin',
    labels: {},
    externals: [],
    bases: {},
  },
  dockerfile: 'images/asr/Dockerfile',
  context: 'images/asr',
  buildContexts: { shared: 'libs/shared', 'o/app-ml:cuda': 'docker-image://o/app-ml:key-bbbbbbbbbbbb' },
  buildArgs: { ROOT: 'root:1' },
  platform: 'linux/amd64',
  labels: { a: 'b' },
  secrets: { ca: '/etc/ca.crt' },
  bases: ['ml'],
  base: 'ml',
  ...change,
});
