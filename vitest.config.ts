import { defineConfig } from 'vitest/config';

const sources = ['libs/*/src/**', 'tools/nx-images/src/**'];
const suite = (name: string, include: string[], exclude: string[] = []) => ({
  test: { name, include, exclude, testTimeout: 20_000 },
});
const heavy = ['**/*.engine.spec.ts', '**/*.net.spec.ts', '**/*.family.spec.ts'];

/**
 * `unit` needs nothing but Node; `net` the package index; `engine` a container engine and the tiny fixture
 * family; `family` the real images.
 */
export default defineConfig({
  test: {
    projects: [
      suite(
        'unit',
        sources.map((dir) => `${dir}/*.spec.ts`),
        heavy,
      ),
      suite(
        'net',
        sources.map((dir) => `${dir}/*.net.spec.ts`),
      ),
      {
        test: {
          name: 'engine',
          include: sources.map((dir) => `${dir}/*.engine.spec.ts`),
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
