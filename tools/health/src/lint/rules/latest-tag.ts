import { tagOf } from '@cp-whisperx-app/nx-images/api';
import type { Rule } from '../rule.ts';
import { externalsOf } from '../subject.ts';

/**
 * Every image from a registry has a tag that says what it is, also beside a digest. Source: Docker, "Building best practices: pin
 * base image versions"; hadolint DL3006 and DL3007, which don't see through an ARG.
 */
export const latestTag: Rule = {
  name: 'latest-tag',
  reason:
    'without a tag that names a version nobody can tell what stands under the image, or what newer would be',
  check: (subject) =>
    externalsOf(subject)
      .filter(({ reference }) => /^(latest)?$/.test(tagOf(reference.replace(/@.*/, ''))))
      .map(({ reference, line }) => ({
        file: subject.dockerfile.file,
        line,
        message: `${reference} ${/:latest(@|$)/.test(reference) ? 'is whatever is the latest' : 'has no tag'}`,
        mend: 'name the version: NAME:TAG@sha256:…',
      })),
};
