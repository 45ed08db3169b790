import { join } from 'node:path';
import type { BuildPlan } from '../plan/plan.ts';

/** One run of BuildKit. */
export interface BuildJob {
  readonly plan: BuildPlan;
  /** Name of the builder. */
  readonly builder: string;
  /** Internal images by project, each as `docker-image://` takes it: one in the engine, or in a registry by digest. */
  readonly bases: ReadonlyMap<string, string>;
  /** The Python layer, where a registry has it: it is not installed again. */
  readonly python?: InstalledPython | undefined;
  /** What becomes of the result. */
  readonly to: ToEngine | ToRegistry;
}

/**
 * A Python layer in a registry. It stands in the place of the stage that installs it; with the cache, the layer is
 * named and not brought. Importing a cache of the stage itself does not hold: where an engine knows the builder from
 * another build, BuildKit finds that by another key than the imported cache has, and installs again (measured with
 * BuildKit of Docker 28.5). This image, each lock having its own, is known from builds of that lock alone.
 */
export interface InstalledPython {
  /** `HOST/REPOSITORY@sha256:…` */
  readonly image: string;
  /** `HOST/REPOSITORY:TAG`, a cache of copying it; it may be missing. */
  readonly cache?: string | undefined;
}

/** Into the engine, under the names of the plan. */
interface ToEngine {
  readonly place: 'engine';
  /** An image of a registry that is brought as it is; nothing is built. */
  readonly copyOf?: string | undefined;
}

/** Into a registry under a name, and not into the engine. */
interface ToRegistry {
  readonly place: 'registry';
  readonly reference: string;
  /** A stage, rather than the image, with a cache of it inside. */
  readonly stage?: string;
  /** An image of the engine that is pushed as it is; nothing is built. */
  readonly copyOf?: string | undefined;
}

/** Options of nx-container's build executor for a job. Pure. */
export function containerOptions(job: BuildJob, root: string): Readonly<Record<string, unknown>> {
  const { plan, builder, bases, python, to } = job;
  const common = {
    quiet: true,
    builder,
    platforms: [plan.platform],
    provenance: 'false',
    ...(to.place === 'engine' && { tags: [plan.keyed, plan.image] }),
  };
  const outputs = [exportTo(to)];
  if (to.copyOf !== undefined)
    return { ...common, outputs, context: join(root, LOGS), file: join(root, copyFile(plan)) };
  const stage = to.place === 'registry' ? to.stage : undefined;
  const folders = Object.entries(plan.folders).map(([name, folder]) => `${name}=${join(root, folder)}`);
  const images = Object.entries(plan.bases).map(
    ([reference, name]) => `${reference}=docker-image://${bases.get(name) ?? reference}`,
  );
  return {
    ...common,
    outputs,
    context: join(root, plan.context),
    file: join(root, plan.dockerfile),
    ...(stage === undefined
      ? { labels: pairs(plan.labels) }
      : { target: stage, 'cache-to': ['type=inline'] }),
    ...(python?.cache !== undefined && { 'cache-from': [`type=registry,ref=${python.cache}`] }),
    'build-contexts': [
      ...folders,
      ...images,
      ...(python === undefined ? [] : [`${INSTALL_STAGE}=docker-image://${python.image}`]),
    ],
    'build-args': pairs(plan.buildArgs),
    'secret-files': pairs(plan.secrets),
  };
}

const pairs = (values: Readonly<Record<string, string>>): string[] =>
  Object.entries(values).map(([name, value]) => `${name}=${value}`);

/** The stage that installs what the Python layer is; one of another name is left to install again. */
const INSTALL_STAGE = 'deps';

/** Folder of what is written beside a build. */
export const LOGS = 'dist/images';

/** The Dockerfile that only names an image. */
export const copyFile = ({ name }: BuildPlan): string => `${LOGS}/${name}.copy.Dockerfile`;

// Compressing layers for an engine on the same machine costs a minute an image and saves nothing there.
const ENGINE_EXPORT = 'type=image,compression=uncompressed,unpack=true';

// With the types of the registry it keeps its digest.
const ENGINE_COPY = 'type=image,oci-mediatypes=true,unpack=true';

// `store=false`: layers that stand in the registry are named, never brought here. Those that an engine has uncompressed
// would be pushed as they are, were it not for `force-compression`.
const REGISTRY_EXPORT =
  'type=image,push=true,store=false,oci-mediatypes=true,compression=zstd,force-compression=true';

const exportTo = (to: BuildJob['to']): string =>
  to.place === 'registry'
    ? `${REGISTRY_EXPORT},name=${to.reference}`
    : to.copyOf === undefined
      ? ENGINE_EXPORT
      : ENGINE_COPY;
