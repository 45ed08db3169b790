import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import type { Answer } from '@cp-whisperx-app/nx-images/testing/docker';
import { ALL, Family } from '@cp-whisperx-app/nx-images/testing/family';
import { inFixture } from './fixture.ts';
import { reproduces, type Reproduction } from './reproduce.ts';

const DOCKERFILE = 'images/leaf-high/Dockerfile';
/** In the place of the stage's first COPY, and before it. */
const SCRIPT = 'COPY --chown=0:0 --chmod=0644 high.py /app/';

let family: Family;
beforeAll(async () => {
  family = await Family.create();
  expect(await family.build()).toMatchObject({ code: 0, builds: ALL });
});
afterEach(() => family.restore());
afterAll(() => family.dispose());

const as = (): Readonly<Record<string, string>> => ({
  'app-base-mi:cuda': family.image('base:thre'),
  'app-base-ml:cuda': family.image('base:three'),
  ...inFixture(family),
});
const build = (): Promise<Answer> => family.nx(['run', 'leaf-high:docker-build']);

/** Sees what the change of the Dockerfile leads to, mends it, and sees the image built. */
async function seeAndMend({ sees, mend }: Reproduction, change: (text: string) => string): Promise<void> {
  await family.write('images/leaf-high/words.txt', 'words');
  await family.edit(DOCKERFILE, change);
  const failed = await build();
  expect(failed.code).not.toBe(0);
  sees(failed.output);
  const { code, output } = await family.shell(mend());
  expect(code, output).toBe(0);
  expect((await family.receipt('leaf-high')).image).toBe(family.image('leaf-high:latest'));
}

reproduces('a-file-is-not-in-the-context', as, (entry) =>
  seeAndMend(entry, (text) => text.replace(SCRIPT, `${SCRIPT}\nCOPY --chmod=0644 words.txt /app/`)),
);

reproduces('copy-without-chmod', as, async (entry) => {
  await family.append('images/leaf-high/.dockerignore', '!words.txt');
  await seeAndMend(entry, (text) => text.replace(SCRIPT, `${SCRIPT}\nCOPY words.txt /app/`));
});

reproduces('a-base-that-nothing-makes', as, (entry) =>
  seeAndMend(entry, (text) => text.replace('base:three', 'base:thre')),
);
