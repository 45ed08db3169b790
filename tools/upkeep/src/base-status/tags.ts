import { Registry, registryOf, repositoryIn } from '@cp-whisperx-app/nx-images/api';
import { ProblemError } from '@cp-whisperx-app/problem';

/** What a pin's tag stands for now, as its registry says. */
export type TagNow = { readonly digest: string } | { readonly unknown: string };

/** Asks the registry of a pin `NAME:TAG@sha256:…` what its tag stands for. What can't be asked is told, not thrown. */
export async function tagNow(pin: string): Promise<TagNow> {
  const [reference = ''] = pin.split('@');
  const address = registryOf(reference);
  const tag = /:([^:/]+)$/.exec(reference)?.[1] ?? 'latest';
  try {
    const digest = await new Registry(address, { timeoutMs: 10_000 }).digest(
      repositoryIn(address, reference),
      tag,
    );
    return digest === undefined ? { unknown: `${address.host} has no such tag any more` } : { digest };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return { unknown: error.problems[0]?.message ?? 'nobody answers' };
  }
}
