import { ProblemError } from '@cp-whisperx-app/problem';
import { engineInfo } from './docker.ts';

/** The builder that pushes to a registry without loading into an engine. */
export interface PublishingBuilder {
  readonly name: string;
  /** For a person. */
  readonly label: string;
  /** Whether it knows the images of the engine. */
  readonly seesEngine: boolean;
  /** Folder of its data, where that is known. */
  readonly dataRoot?: string;
}

/**
 * The builder of `BUILDX_BUILDER`, docker's own variable, or else the engine's own where its image store allows it.
 * @throws ProblemError `store-cannot-publish`: the overlay2 store can't name layers that it does not have
 */
export async function publishingBuilder(): Promise<PublishingBuilder> {
  const named = process.env['BUILDX_BUILDER'];
  if (named) return { name: named, label: `builder ${named}`, seesEngine: false };
  const { name, store, builder, dataRoot } = await engineInfo();
  if (store !== 'containerd')
    throw new ProblemError({
      code: 'store-cannot-publish',
      message: `the engine keeps images in ${store}, which can't publish without loading them`,
      mend: 'docker buildx create --name publish --driver docker-container && export BUILDX_BUILDER=publish; or use the containerd image store: {"features": {"containerd-snapshotter": true}} in daemon.json',
    });
  return { name: builder, label: name, seesEngine: true, dataRoot };
}
