import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { planWith } from '../testing/plan.ts';
import { Builder, workerEnvironment } from './build.ts';

test('no variable of the environment changes the plan', () => {
  const given = {
    PATH: '/bin',
    INPUT_TAGS: 'x',
    INPUT_BUILD_ARGS: 'A=1',
    MY_INPUT_X: 'y',
    BUILDKIT_PROGRESS: 'tty',
  };
  expect(workerEnvironment(given)).toEqual({
    PATH: '/bin',
    MY_INPUT_X: 'y',
    BUILDKIT_PROGRESS: 'plain',
    BUILDX_METADATA_PROVENANCE: 'disabled',
  });
});

// nx-container drops such a file in silence: the build would go on, and fail of something else, or not at all.
test.each([
  ['is not there', 'index', 'nowhere/index', 'NX_IMAGES_SECRET_INDEX'],
  ['is under what is no folder', 'index', '/etc/hosts/index', 'NX_IMAGES_SECRET_INDEX'],
  ['is a folder', 'index', '.', 'NX_IMAGES_SECRET_INDEX'],
  ['is the CA, which has two variables', 'ca', '/nowhere/ca.crt', 'NX_IMAGES_SECRET_CA or SSL_CERT_FILE'],
])('a secret file that %s is a problem before anything is built', async (_what, id, file, variables) => {
  const root = mkdtempSync(join(tmpdir(), 'builder-'));
  try {
    const plan = planWith({ secrets: { [id]: file } });
    const job = { plan, builder: 'default', bases: new Map(), to: { place: 'engine' } } as const;
    await expect(new Builder(root).build(job, () => undefined)).rejects.toMatchObject({
      problems: [
        {
          code: 'secret-missing',
          message: `asr was not built: ${file}, which it may read as the secret "${id}", is no file that can be read`,
          file: 'images/asr/Dockerfile',
          mend: `correct ${variables}, or take it out of the environment, .env.local or nx.json (docs/build.md)`,
        },
      ],
    });
  } finally {
    rmSync(root, { recursive: true });
  }
});
