import { defineConfig } from 'vitest/config';

/** A suite is all files of one kind: `x.spec.ts` is a unit test, `x.KIND.spec.ts` needs more than Node. */
const suite = (name: string, kind: string, seconds: number) => ({
  test: {
    name,
    include: ['libs/*/src', 'tools/*/src', 'images'].map((dir) => `${dir}/**/*${kind}.spec.ts`),
    exclude: kind === '' ? ['**/*.{net,engine,family,long,browser}.spec.ts'] : [],
    testTimeout: seconds * 1000,
    hookTimeout: seconds * 1000,
    // Of expect.poll: a machine with other work may need more than the second that it waits by itself.
    expect: { poll: { timeout: 10_000 } },
    // Suites with an engine share it, and two cores are few.
    fileParallelism: kind === '' || kind === '.net',
  },
});

export default defineConfig({
  test: {
    projects: [
      suite('unit', '', 20),
      suite('net', '.net', 300),
      suite('engine', '.engine', 600),
      suite('family', '.family', 600),
      suite('long', '.long', 1800),
      suite('browser', '.browser', 60),
    ],
  },
});
