import type { EngineImage } from '../engine/docker.ts';
import type { Ensured } from '../places/context.ts';
import { planWith } from './plan.ts';

/** An image of the engine with these layers. */
export const imageOf = (diffIds: readonly string[]): EngineImage => ({
  id: 'sha256:id',
  tags: [],
  labels: {},
  diffIds,
  size: 0,
  created: '2026-11-28T16:56:06Z',
});

/** What is known of an image, asr, that is there. */
export const ensuredWith = (change: Partial<Ensured>): Ensured => ({
  plan: planWith(),
  how: 'found',
  ...change,
});

/** The same of its base, ml. */
export const baseWith = (change: Partial<Ensured>): Ensured =>
  ensuredWith({ plan: planWith({ name: 'ml', key: 'base-key', base: undefined }), ...change });
