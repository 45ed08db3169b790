import type { Answer } from '@cp-whisperx-app/nx-images/testing/docker';
import type { Family } from '@cp-whisperx-app/nx-images/testing/family';
import { expect } from 'vitest';
import { workspace } from '../engine.ts';

/** What stands in the fixture family for names of the page; `make` is that of this workspace. */
export const inFixture = (family: Family): Readonly<Record<string, string>> => ({
  'rajiup/cp-whisperx-app-asr:cuda': family.image('leaf-high:latest'),
  'rajiup/cp-whisperx-app-base-ml:cuda': family.image('base:three'),
  'base-ml': 'base-three',
  asr: 'leaf-high',
  'make ': `make -C ${workspace} `,
});

/** A command went well; what it printed is told where it didn't. */
export function well({ code, output }: Answer): void {
  expect(code, output).toBe(0);
}
