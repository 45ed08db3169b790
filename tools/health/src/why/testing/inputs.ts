import type { KeyInputs } from '@cp-whisperx-app/nx-images/api';
import { createHash } from 'node:crypto';

export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Inputs of an image with nothing in it, and what is said of it. */
export const inputs = (some: Partial<KeyInputs> = {}): KeyInputs => ({
  schema: 1,
  dockerfile: hash('FROM x'),
  files: {},
  args: {},
  platform: 'linux/amd64',
  frontend: 'builtin',
  labels: {},
  externals: [],
  bases: {},
  ...some,
});

export const FOLDERS = {
  dockerfile: 'images/asr/Dockerfile',
  context: 'images/asr',
  folders: { shared: 'libs/shared' },
};
