import '@cp-whisperx-app/nx-images/testing/docker';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { CONFIG } from './hadolint.ts';
import { runLinters } from './run.ts';
import { familyOf, image, ROOT } from './testing/family.ts';

const REPOSITORY = resolve(import.meta.dirname, '../../../..');
const TOOLS = 'tools/checks/python-tools.sh';
let root: string;

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'lint-'));
  copyFileSync(join(REPOSITORY, CONFIG), join(root, CONFIG));
  program(`exec ${join(REPOSITORY, TOOLS)}`);
});
afterAll(() => {
  rmSync(root, { recursive: true });
});
afterEach(() => {
  vi.unstubAllEnvs();
});

/** What gets the Python tools in the workspace of this test. */
function program(text: string): void {
  const file = join(root, TOOLS);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `#!/bin/sh\n${text}\n`);
  chmodSync(file, 0o755);
}

/** All linters on one Dockerfile: what they find as `line rule`, and the codes of their problems. */
async function lintOf(
  dockerfile: string,
): Promise<{ found: readonly string[]; problems: readonly string[] }> {
  const files = { '.dockerignore': '*\n', Dockerfile: dockerfile };
  const folder = join(root, 'images/x');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const family = familyOf({ x: files });
  const subject = family.get('x');
  if (subject === undefined) throw new Error('no image');
  const { record, problems } = await runLinters(root, subject, family);
  return {
    found: record.findings.map(({ line, code }) => `${line} ${code}`),
    problems: problems.map(({ code }) => code),
  };
}

/** No registry has it: a linter that asked for it would fail. */
const NOWHERE = ROOT.replace('python', 'registry.invalid/nothing');

describe('BuildKit and hadolint, the real ones', () => {
  test('a good file, on an image that is nowhere and with a folder that hadolint does not know', async () => {
    expect(await lintOf(image(NOWHERE, 'COPY --from=shared-py --chmod=0644 src /app'))).toEqual({
      found: [],
      problems: [],
    });
  });

  const BAD = image(NOWHERE, 'RUN sudo true', 'WORKDIR app').replace('FROM', 'from');

  test('a bad one: each linter tells its own, at its line, and what two of them find is told once', async () => {
    expect(await lintOf(BAD)).toEqual({
      found: [
        '1 buildkit:ConsistentInstructionCasing',
        '3 hadolint:DL3004',
        '4 buildkit:WorkdirRelativePath',
      ],
      problems: [],
    });
  });

  test('a secret that all three find is told once, and silenced once', async () => {
    expect((await lintOf(image(NOWHERE, 'ENV API_TOKEN=x'))).found).toEqual(['3 secret-in-arg-or-env']);
    const silence = '# lint: ignore=secret-in-arg-or-env the name of a test';
    expect(await lintOf(image(NOWHERE, silence, 'ENV API_TOKEN=x'))).toEqual({ found: [], problems: [] });
  });

  test('their own comments silence nothing', async () => {
    const silenced = `# check=skip=all\n# hadolint global ignore=DL3000\n${BAD.replace('RUN', '# hadolint ignore=DL3004\nRUN')}`;
    expect((await lintOf(silenced)).found).toEqual([
      '1 foreign-silence',
      '2 foreign-silence',
      '3 buildkit:ConsistentInstructionCasing',
      '5 foreign-silence',
      '6 hadolint:DL3004',
      '7 buildkit:WorkdirRelativePath',
    ]);
  });

  test('an environment variable changes no rule', async () => {
    vi.stubEnv('HADOLINT_IGNORE', 'DL3004,DL3000');
    expect((await lintOf(BAD)).found).toContain('3 hadolint:DL3004');
  });

  test('what hadolint can not read is said, for it has looked for nothing there', async () => {
    const { found, problems } = await lintOf(
      image(NOWHERE, 'RUN <<-EOF', '\ttrue', '\tEOF', 'RUN sudo true'),
    );
    expect(found).toEqual([expect.stringMatching(/ hadolint:DL1000$/)]);
    expect(problems).toEqual([]);
  });
});

describe('a linter that does not run is a problem, beside what the others find', () => {
  const BAD = image(NOWHERE, 'ARG A_TOKEN');

  test('no engine', async () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///nowhere/docker.sock');
    const { found, problems } = await lintOf(BAD);
    expect(found).toContain('3 secret-in-arg-or-env');
    expect(problems).toEqual(['no-engine']);
  });

  test('no hadolint', async () => {
    program('echo "no network" >&2; exit 1');
    const { found, problems } = await lintOf(BAD);
    expect(found).toContain('3 secret-in-arg-or-env');
    expect(problems).toEqual(['no-hadolint']);
  });
});
