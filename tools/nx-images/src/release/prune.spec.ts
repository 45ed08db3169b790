import { expect, onTestFinished, test, vi } from 'vitest';
import type { Registry } from '../registry/client.ts';
import { planWith } from '../testing/plan.ts';
import { problemsOfPromise } from '../testing/problems.ts';
import { fakeRegistry } from '../testing/published.ts';
import { stubDocker } from '../testing/stub-docker.ts';
import { prune, type PruneOptions } from './prune.ts';
import { repository } from './testing/git.ts';

const OWN = 'key-aaaaaaaaaaaa';
const OTHER = 'key-ffffffffffff';

/** A registry that has these tags of one repository, and tells what is deleted. */
function registryWith(tags: readonly string[]): Registry & { readonly deleted: readonly string[] } {
  const deleted: string[] = [];
  const images = tags.map((tag) => [`t/o/app-asr:${tag}`, { key: tag }] as const);
  return Object.assign(fakeRegistry('r.example', Object.fromEntries(images), { prefix: 't' }), {
    deleted,
    tags: (name: string) => Promise.resolve(name === 't/o/app-asr' ? tags : []),
    deleteManifest: (_name: string, digest: string) => Promise.resolve(deleted.push(digest) > 0),
  });
}

test.each<
  [tags: readonly string[], options: PruneOptions, codes: readonly string[], deleted: number, warned: number]
>([
  [[OTHER], { yes: true }, ['keys-unknown', 'keys-unknown'], 0, 0],
  [[OTHER], {}, [], 0, 2],
  [[OTHER], { yes: true, otherKeys: true }, [], 1, 0],
  [[OTHER], { otherKeys: true }, [], 0, 0],
  [[OTHER, OWN], { yes: true }, [], 1, 0],
  [[OTHER, OWN], {}, [], 0, 0],
])(
  'engine and registry with %j, told %j: %j, %i go, %i warnings',
  async (tags, options, codes, gone, warned) => {
    const root = repository();
    const path = process.env['PATH'] ?? '';
    const calls = stubDocker([
      { to: 'image ls', stdout: tags.map((tag) => `o/app-asr:${tag}\n`).join('') },
      { to: 'image rm' },
    ]);
    vi.stubEnv('PATH', `${process.env['PATH'] ?? ''}:${path}`);
    onTestFinished(() => {
      vi.unstubAllEnvs();
    });
    const registry = registryWith(tags);
    const said: string[] = [];
    const subject = {
      root,
      plans: new Map([['asr', planWith()]]),
      imageName: 'o/app-{name}:{tag}',
      registry,
    };
    const problems = await problemsOfPromise(prune(subject, options, (line) => said.push(line)));
    expect(problems.map(({ code }) => code)).toEqual(codes);
    expect(registry.deleted).toHaveLength(gone);
    expect(calls().filter((call) => call.startsWith('image rm'))).toHaveLength(gone);
    expect(said.filter((line) => line.includes('warning (keys-unknown)'))).toHaveLength(warned);
    expect(said.find((line) => line.startsWith('\nregistry'))).toContain('registry r.example/t: ');
  },
);
