import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { docker, runOrThrow } from '@cp-whisperx-app/nx-images/testing/docker';
import { Engine } from '@cp-whisperx-app/nx-images/testing/engine';
import { ALL, Family, ROOT } from '@cp-whisperx-app/nx-images/testing/family';
import { inFixture, well } from './fixture.ts';
import { reproduces } from './reproduce.ts';

let family: Family;
beforeAll(async () => {
  family = await Family.create();
  expect(await family.build()).toMatchObject({ code: 0, builds: ALL });
});
afterAll(() => family.dispose());

const as = (): Readonly<Record<string, string>> => inFixture(family);

reproduces('no-engine-answers', as, async ({ sees, mend }) => {
  const wrong = { DOCKER_HOST: 'tcp://127.0.0.1:1' };
  sees((await family.build({ env: wrong })).output);
  well(await family.shell(mend(), wrong));
  well(await family.build());
});

reproduces('the-engine-is-too-old', as, async ({ sees, mend }) => {
  const folder = mkdtempSync(join(tmpdir(), 'old-engine-'));
  try {
    const real = await runOrThrow('bash', ['-c', 'command -v docker']);
    const version = 's/"ServerVersion":"[^"]*"/"ServerVersion":"20.10.24"/';
    const program = join(folder, 'docker');
    writeFileSync(
      program,
      `#!/bin/sh\nif [ "$1" = info ]; then ${real} "$@" | sed '${version}'; else exec ${real} "$@"; fi\n`,
    );
    chmodSync(program, 0o755);
    await family.append('images/leaf-high/high.py', '# more');
    sees((await family.build({ env: { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` } })).output);
    well(await family.shell(mend()));
    well(await family.build());
  } finally {
    rmSync(folder, { recursive: true });
    await family.restore();
  }
});

reproduces('base-ml-not-found', as, async ({ sees, mend }) => {
  const build = 'docker build --build-context shared=libs/shared --build-arg BUILDER images/leaf-high';
  const byHand = () => family.shell(build, { BUILDER: process.env['NX_IMAGES_ARG_BUILDER'] });
  await family.remove(await family.tags('base-three'));
  sees((await byHand()).output);
  well(await family.shell(mend()));
  well(await byHand());
});

reproduces('buildkit-is-off', as, async ({ sees, mend }) => {
  const old = { DOCKER_BUILDKIT: '0', BUILDER: process.env['NX_IMAGES_ARG_BUILDER'] };
  sees((await family.shell('docker build --build-arg BUILDER images/leaf-high', old)).output);
  const script = mend().replace(
    /--build-context \S+ --build-context \S+/,
    '--build-context shared=libs/shared --build-arg BUILDER',
  );
  well(await family.shell(script, old));
});

reproduces('an-image-is-gone-or-is-another', as, async ({ sees, mend }) => {
  const named = family.image('leaf-high:latest');
  const run = () => family.shell(`docker run --rm --network none ${named}`);
  for (const hurt of [
    async () => family.remove(await family.tags('leaf-high')),
    () => docker('tag', family.image('base:one'), named),
  ]) {
    await hurt();
    const { code, output } = await run();
    if (code === 0) expect(output).not.toContain('high shared');
    else sees(output);
    well(await family.shell(mend()));
    expect((await run()).output).toContain('high shared');
  }
});

/** An engine whose disk is small: 700 MB, of which root and builder take 280, what is left over 260. */
reproduces('the-disk-is-full', as, async ({ sees, mend }) => {
  const disk = mkdtempSync('/tmp/small-disk-');
  await runOrThrow('mount', ['-t', 'tmpfs', '-o', 'size=700m', 'tmpfs', disk]);
  const usual = process.env['TMPDIR'];
  process.env['TMPDIR'] = disk;
  const engine = await Engine.start('containerd');
  if (usual === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = usual;
  const small = await family.clone(engine.host);
  const large = (megabytes: number): string => `RUN head -c ${megabytes}000000 /dev/urandom > /tmp/large`;
  try {
    mkdirSync(join(small.root, 'left'));
    await small.write('left/Dockerfile', `FROM ${ROOT}\n${large(130)}\n`);
    well(await small.shell('docker build --quiet left'));
    await small.edit('images/base-one/Dockerfile', (text) =>
      text.replace(' AS deps\n', ` AS deps\n${large(260)}\n`),
    );
    const build = () => small.build({ projects: ['base-one'] });
    sees((await build()).output);
    well(await small.shell(mend()));
    well(await build());
  } finally {
    await small.dispose();
    await engine.stop();
    await runOrThrow('umount', [disk]);
    rmSync(disk, { recursive: true });
  }
});
