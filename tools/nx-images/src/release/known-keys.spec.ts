import { expect, test } from 'vitest';
import { fakeRegistry } from '../testing/published.ts';
import { planWith } from '../testing/plan.ts';
import { unknownInEngine, unknownInRegistry } from './known-keys.ts';
import { needsOf, sourceOfPlans, sourceOfRelease } from './needs.ts';
import { judgeTags } from './prune-engine.ts';
import { releaseWith } from './testing/release.ts';

const OWN = 'key-aaaaaaaaaaaa';
const BRANCH = 'key-eeeeeeeeeeee';
const RELEASED = 'key-bbbbbbbbbbbb';
const LOCK = 'lock-cccccccccccc';
const OTHER = 'key-ffffffffffff';

const needs = needsOf([
  sourceOfPlans('the present tree', [planWith()]),
  sourceOfPlans('side', [planWith({ keyed: `docker.io/o/app-asr:${BRANCH}` })]),
  sourceOfRelease('v1', releaseWith()),
]);
const registry = fakeRegistry('r.example', {}, { prefix: 't' });

test.each<[going: readonly string[], staying: readonly string[], unknown: boolean]>([
  [[OTHER], [], true],
  [[OTHER], [RELEASED], true],
  [[OTHER], [LOCK], true],
  [['lock-ffffffffffff'], [], true],
  [[OTHER], [OWN], false],
  [[OTHER], [BRANCH], false],
  [[], [RELEASED], false],
  [['nx-1'], [], false],
])('where %j would go and %j would stay, keys are unknown in a registry: %s', (going, staying, unknown) => {
  const verdict = (remove: boolean) => (tag: string) => ({
    stored: { repository: 't/o/app-asr', digest: `sha256:${tag}`, tags: [tag], blobs: [] },
    remove,
    why: '',
  });
  const verdicts = [...going.map(verdict(true)), ...staying.map(verdict(false))];
  expect(unknownInRegistry(registry, verdicts, needs, {})?.code).toBe(unknown ? 'keys-unknown' : undefined);
});

test.each<[tags: readonly string[], unknown: boolean]>([
  [[OTHER], true],
  [[OTHER, RELEASED], true],
  [[OTHER, OWN], false],
  [[OTHER, BRANCH], false],
  [[RELEASED], false],
  [[], false],
])('where the engine has %j, its keys are unknown: %s', (tags, unknown) => {
  const verdicts = judgeTags(
    tags.map((tag) => `o/app-asr:${tag}`),
    needs,
    [],
  );
  expect(unknownInEngine(verdicts, needs, {})?.code).toBe(unknown ? 'keys-unknown' : undefined);
});

test.each<[env: Readonly<Record<string, string>>, text: string]>([
  [{ NX_IMAGES_REGISTRY: 'r.example/t', NX_IMAGES_PLATFORM: '', NX_IMAGES_SECRET_TOKEN: 'x' }, 'none is set'],
  [
    { NX_IMAGES_PLATFORM: 'linux/arm64', NX_IMAGES_ARG_ROOT: 'root:1', NX_IMAGES_REGISTRY: 'r.example/t' },
    'these are set: NX_IMAGES_ARG_ROOT, NX_IMAGES_PLATFORM',
  ],
])('of %j it tells: %s', (env, text) => {
  const problem = unknownInEngine(judgeTags([`o/app-asr:${OTHER}`], needs, []), needs, env);
  expect(problem?.message).toMatch(new RegExp(`${text}$`));
  expect(problem?.mend).toContain('--other-keys');
});
