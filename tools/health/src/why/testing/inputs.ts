import type { KeyInputs } from '@cp-whisperx-app/nx-images/api';
import { planWith } from '@cp-whisperx-app/nx-images/testing/plan';
import { createHash } from 'node:crypto';

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Inputs of an image with nothing in it, and what is said of it. */
export const inputs = (some: Partial<KeyInputs> = {}): KeyInputs => ({
  ...planWith().inputs,
  dockerfile: hash('FROM x'),
  ...some,
});

export const FOLDERS = {
  dockerfile: 'images/asr/Dockerfile',
  context: 'images/asr',
  folders: { shared: 'libs/shared' },
};
