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
  folders: { shared: 'libs/shared' },
  buildArgs: { ROOT: 'root:1' },
  platform: 'linux/amd64',
  labels: { a: 'b' },
  secrets: { ca: '/etc/ca.crt' },
  bases: { 'o/app-ml:cuda': 'ml' },
  base: 'ml',
  python: 'o/app-python:lock-cccccccccccc',
  ...change,
});
