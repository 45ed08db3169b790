import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run, tagsOf } from './testing/docker.ts';
import { ALL, Family } from './testing/family.ts';

/** Nothing listens there. */
const NO_ENGINE = { DOCKER_HOST: 'tcp://127.0.0.1:1' };

let family: Family;
beforeAll(async () => {
  family = await Family.create();
  expect(await family.build()).toMatchObject({ code: 0, builds: ALL });
});
afterAll(() => family.dispose());

describe('an instruction of a base fails', () => {
  test('is told with its line and last words; what stands on it is left alone', async () => {
    const tags = await tagsOf(family.prefix);
    const dockerfile = await family.read('images/base-two/Dockerfile');
    await family.write(
      'images/base-two/Dockerfile',
      `${dockerfile}RUN echo these are my last words && exit 3\n`,
    );
    await rm(join(family.root, 'dist'), { recursive: true });
    try {
      const build = await family.build();
      const line = dockerfile.split('\n').length;
      expect(build.code).not.toBe(0);
      expect(build.output).toContain(`images/base-two/Dockerfile:${line}: base-two was not built`);
      expect(build.output).toMatch(/^ +\S* these are my last words\b/m);
      expect(build.output).toMatch(/^ {2}mend: .*npx nx run base-two:docker-build$/m);
      expect(build.output).not.toMatch(STACK);
      expect(build.builds).toEqual(['base-two']);
      expect(await tagsOf(family.prefix)).toEqual(tags);
      for (const name of ['base-two', 'base-three', 'leaf-high'])
        await expect(family.receipt(name), name).rejects.toThrow('ENOENT');
    } finally {
      await family.restore();
    }
  });
});

describe('no engine answers', () => {
  test.each([
    ['and all tasks are hits', () => undefined],
    ['and a task must run', () => family.append('images/leaf-low/low.py', '# more')],
  ])('%s', async (_when, prepare) => {
    await family.build();
    await prepare();
    try {
      const { code, output, builds } = await family.build({ env: NO_ENGINE });
      expect({ code, builds }, output).toEqual({ code: 1, builds: [] });
      expectNoEngine(output);
    } finally {
      await family.restore();
    }
  });
});

// nx.json turns the daemon off, because it swallows what a hook prints; NX_DAEMON turns it on again.
test('under the daemon images are ensured, and a missing engine is told, all the same', async () => {
  await family.build();
  await family.remove(await family.tags('leaf-low'));
  try {
    const build = await family.build({ env: { NX_DAEMON: 'true' } });
    expect(build, build.output).toMatchObject({ code: 0, tasks: [], builds: ['leaf-low'] });
    const { code, output } = await family.build({ env: { NX_DAEMON: 'true', ...NO_ENGINE } });
    expect(code).toBe(1);
    expectNoEngine(output);
  } finally {
    await family.nx(['daemon', '--stop'], { NX_DAEMON: 'true' });
  }
});

test('a Dockerfile that does not hang together stops every command, with its line', async () => {
  await family.edit('images/leaf-high/Dockerfile', (text) => text.replace('base:three', 'base:four'));
  try {
    const { code, output } = await family.build();
    const line = (await family.read('images/leaf-high/Dockerfile'))
      .split('\n')
      .findIndex((text) => /base:four/.test(text));
    expect(code).not.toBe(0);
    expect(output).toContain(
      `images/leaf-high/Dockerfile:${line + 1}: no Dockerfile of this workspace makes`,
    );
    expect(output).toMatch(/^ *mend: name one of /m);
    expect(output).not.toMatch(STACK);
  } finally {
    await family.restore();
  }
});

// `timeout --foreground` signals Nx alone; the answer comes when nothing that it started lives any more.
test('a build whose Nx is stopped ends with it, and names nothing', async () => {
  await family.build();
  const tags = await tagsOf(family.prefix);
  await family.append('images/leaf-low/Dockerfile', 'RUN sleep 30');
  try {
    const nx = [process.execPath, join(family.root, 'node_modules/.bin/nx'), 'run', 'leaf-low:docker-build'];
    const { code } = await run('timeout', ['--foreground', '--signal=TERM', '8', ...nx], {
      cwd: family.root,
    });
    expect(code).not.toBe(0);
    expect(await family.read('dist/images/leaf-low.log')).toContain('RUN sleep 30');
    expect(await tagsOf(family.prefix)).toEqual(tags);
  } finally {
    await family.restore();
  }
});

test('INPUT_ variables of the environment change nothing', async () => {
  await family.build();
  const before = await tagsOf(family.prefix);
  await family.append('images/leaf-low/low.py', '# more');
  try {
    const env = { INPUT_TAGS: family.image('stray:1'), INPUT_PUSH: 'true', INPUT_TARGET: 'deps' };
    const build = await family.build({ env });
    expect(build, build.output).toMatchObject({ code: 0, builds: ['leaf-low'] });
    const made = (await tagsOf(family.prefix)).filter((tag) => !before.includes(tag));
    expect(made).toEqual([await family.keyed('leaf-low')]);
  } finally {
    await family.restore();
  }
});

function expectNoEngine(output: string): void {
  expect(output).toMatch(/^.*no container engine answers \(no-engine\)$/m);
  expect(output).toMatch(/^ *mend: start Docker, or run "make engine"/m);
  expect(output).not.toMatch(STACK);
}

const STACK = /^ +at .*:\d+:\d+\)?$/m;
