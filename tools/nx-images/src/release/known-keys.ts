import type { Problem } from '@cp-whisperx-app/problem';
import { canonicalReference, tagOf } from '../model/image-name.ts';
import { argVariable, OPTION_VARIABLES } from '../options.ts';
import type { Registry } from '../registry/client.ts';
import { addressText } from '../registry/lookup.ts';
import { repositoryIn } from '../registry/reference.ts';
import { isContentTag, type Verdict } from './judge.ts';
import type { Needs } from './needs.ts';
import type { EngineVerdict } from './prune-engine.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Why verdicts on a registry are not to be believed: something would go by its key, and no key of the present tree or
 * of a branch is there. The sources may be planned here otherwise than they were where they were published.
 */
export function unknownInRegistry(
  registry: Registry,
  verdicts: readonly Verdict[],
  { keys }: Pick<Needs, 'keys'>,
  env: Environment,
): Problem | undefined {
  const own = new Set([...keys].map((name) => `${repositoryIn(registry.address, name)}:${tagOf(name)}`));
  const known = verdicts.some(({ stored: { repository, tags } }) =>
    tags.some((tag) => own.has(`${repository}:${tag}`)),
  );
  const goes = verdicts.some(({ remove, stored }) => remove && stored.tags.some(isContentTag));
  return goes && !known ? unknown(addressText(registry), env) : undefined;
}

/** As `unknownInRegistry`, for the engine. */
export function unknownInEngine(
  verdicts: readonly EngineVerdict[],
  { keys }: Pick<Needs, 'keys'>,
  env: Environment,
): Problem | undefined {
  const known = verdicts.some(({ reference }) => keys.has(canonicalReference(reference)));
  return verdicts.some(({ remove }) => remove) && !known ? unknown('the engine', env) : undefined;
}

function unknown(where: string, env: Environment): Problem {
  const entering = [...Object.values(OPTION_VARIABLES), argVariable('')];
  const set = Object.keys(env)
    .filter(
      (name) =>
        env[name] && entering.some((one) => name === one || (one.endsWith('_') && name.startsWith(one))),
    )
    .sort();
  return {
    code: 'keys-unknown',
    message: `nothing is removed from ${where}: of the keys there, none is of the present tree or of a branch. Keys depend on the build arguments and the platform of the environment; of the NX_IMAGES_* variables for these, ${set.length === 0 ? 'none is set' : `these are set: ${set.join(', ')}`}`,
    mend: 'run it with the NX_IMAGES_* variables that the images were published with (.env.local may set others); if nobody needs what has other keys: npx nx run images:prune --yes --other-keys',
  };
}
