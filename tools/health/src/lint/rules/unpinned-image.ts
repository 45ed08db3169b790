import { pinOf } from '@cp-whisperx-app/nx-images/api';
import type { Rule } from '../rule.ts';
import { externalsOf } from '../subject.ts';

/**
 * Every image from a registry has its digest, in each stage and with the defaults that are committed. Source: Docker, "Building
 * best practices: pin base image versions"; the family's rule "nothing floats".
 */
export const unpinnedImage: Rule = {
  name: 'unpinned-image',
  reason: 'a tag can be moved, so that two builds of the same sources differ',
  check: (subject) =>
    externalsOf(subject)
      .filter(({ reference }) => pinOf(reference) === undefined)
      .map(({ reference, line }) => ({
        file: subject.dockerfile.file,
        line,
        message: `${reference} has no digest`,
        mend: `docker buildx imagetools inspect ${reference}, then write NAME:TAG@sha256:…`,
      })),
};
