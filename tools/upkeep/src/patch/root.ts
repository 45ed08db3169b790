import { ProblemError } from '@cp-whisperx-app/problem';
import { tagNow } from '../base-status/tags.ts';

/**
 * The pin that the root gets: its tag with the digest that the registry has for it now, or the one that is given.
 * @param pin `NAME:TAG@sha256:…` of versions.txt
 * @param given such a pin, or its digest alone
 * @throws ProblemError `root-unknown` where the registry doesn't tell
 */
export async function rootNow(pin: string, given: string | undefined): Promise<string> {
  const [tagged = ''] = pin.split('@');
  if (given !== undefined) return given.includes('@') ? given : `${tagged}@${given}`;
  const now = await tagNow(pin);
  if ('digest' in now) return `${tagged}@${now.digest}`;
  throw new ProblemError({
    code: 'root-unknown',
    message: `what ${tagged} stands for now is not known: ${now.unknown}`,
    mend:
      'npx nx run versions:patch --keep-root, which moves the snapshot date alone; or --root sha256:… as ' +
      `docker buildx imagetools inspect ${tagged} says it elsewhere`,
  });
}
