import type { Rule } from '../rule.ts';
import { aptListsLeft } from './apt-lists.ts';
import { gpuWithoutMlBase } from './gpu-without-ml-base.ts';
import { latestTag } from './latest-tag.ts';
import { layerOrder } from './layer-order.ts';
import { missingLabels } from './missing-labels.ts';
import { outsideItsLayer } from './outside-its-layer.ts';
import { packageOfChain } from './package-of-chain.ts';
import { rootAtTheEnd } from './root-at-the-end.ts';
import { secretInArgOrEnv } from './secret-in-arg-or-env.ts';
import { strayContextFiles } from './stray-context-files.ts';
import { unpinnedImage } from './unpinned-image.ts';

/** The rules of the family; each stands in the file of its name. */
export const RULES: readonly Rule[] = [
  layerOrder,
  gpuWithoutMlBase,
  packageOfChain,
  outsideItsLayer,
  unpinnedImage,
  aptListsLeft,
  secretInArgOrEnv,
  rootAtTheEnd,
  latestTag,
  missingLabels,
  strayContextFiles,
];
