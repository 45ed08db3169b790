import type { Family } from '@cp-whisperx-app/nx-images/testing/family';
import { TestRegistry } from '@cp-whisperx-app/nx-images/testing/registry';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { healthyFamily } from '../why/testing/family.ts';

let server: TestRegistry;
let family: Family;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  [server, family] = await Promise.all([TestRegistry.start(), healthyFamily()]);
  env = { NX_IMAGES_REGISTRY: server.host };
  for (const more of [{}, { ...env, NX_IMAGES_PUBLISH: 'true' }]) {
    const { code, output } = await family.build({ projects: ['leaf-low'], env: more });
    expect(code, output).toBe(0);
  }
});

afterAll(async () => {
  await family.dispose();
  await server.stop();
});

const nx = async (target: string, more: Readonly<Record<string, string>> = {}): Promise<string> => {
  const { code, output } = await family.nx(['run', target, '--outputStyle=static'], more);
  expect(code, output).toBe(0);
  return output;
};

test('the engine and the registry are asked; what is in neither is nowhere, and a page is written', async () => {
  const report = await nx('images:report', env);
  expect(report).toMatch(new RegExp(`^leaf-low .* engine, ${server.host}$`, 'm'));
  expect(report).toMatch(new RegExp(`^base-one .* engine, ${server.host}$`, 'm'));
  expect(report).toMatch(/^leaf-high .* nowhere$/m);
  expect(report).toContain('note: No sizes of base-two, base-three, leaf-high: there is no record');
  expect(await family.read('dist/report/index.html')).toContain('leaf-low');
});

test('without an engine it tells what was recorded', async () => {
  const report = await nx('images:report', { DOCKER_HOST: 'unix:///nowhere.sock' });
  expect(report).toMatch(/^note: The engine was not asked: /m);
  expect(report).toMatch(/^leaf-low .* MB .* s$/m);
  expect(report).not.toMatch(/ nowhere$/m);
  expect(await nx('images:tree', { DOCKER_HOST: 'unix:///nowhere.sock' })).toMatch(
    /└─ base-one .* CPU {2}\+ /,
  );
});

test('an image that only the registry has would be brought from there', async () => {
  await family.remove(await family.tags('leaf-low'));
  const why = await nx('leaf-low:why', env);
  expect(why).toMatch(new RegExp(`leaf-low would be brought from ${server.host}/\\S+@sha256:`));
  expect(why).toContain('nothing moved since key-');
});
