import { tagOf } from '@cp-whisperx-app/nx-images/api';
import type { Rule } from '../rule.ts';
import { heldBy } from '../packages.ts';
import { chain, finalLine, isBase } from '../subject.ts';

/** The tag that says an image wants a GPU. */
const GPU = 'cuda';

/**
 * A stage that wants a GPU stands on the base that brings torch. Source: the family's design, "inheritance": torch stands
 * once, in base-ml.
 */
export const gpuWithoutMlBase: Rule = {
  name: 'gpu-without-ml-base',
  reason:
    'torch and the CUDA runtime are there once, in a base; a stage beside it brings gigabytes of its own',
  check: (subject, family) => {
    if (tagOf(subject.image) !== GPU || isBase(subject, family)) return [];
    const holders = heldBy('torch', family);
    if (chain(subject, family).some((one) => holders.includes(one))) return [];
    const known = holders.find((one) => isBase(one, family));
    return [
      {
        file: subject.dockerfile.file,
        line: finalLine(subject),
        message: `${subject.name} has the tag ${GPU} and stands on no image that brings torch`,
        mend:
          known === undefined
            ? 'let a base image ask for torch, and stand on that'
            : `write FROM ${known.image}`,
      },
    ];
  },
};
