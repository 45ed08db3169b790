import { Transform, type Readable } from 'node:stream';
import { hashFor, type Descriptor } from './manifest.ts';
import { digestMismatch, type Subject } from './problems.ts';

/**
 * The bytes of `source`, with an error at their end when they are not those of the descriptor.
 * @param explain makes a problem of an error of `source`
 * @throws ProblemError for a digest of an unknown kind
 */
export function verified(
  source: Readable,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
  subject: Subject,
  explain: (error: unknown) => Error,
): Readable {
  const hash = hashFor(digest, subject);
  let seen = 0;
  const verifier = new Transform({
    transform(chunk: Buffer, _, done) {
      seen += chunk.length;
      if (seen > size) {
        done(digestMismatch(subject, `more than ${size} bytes came`));
        return;
      }
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      const actual = `${digest.split(':')[0] ?? ''}:${hash.digest('hex')}`;
      if (seen !== size) done(digestMismatch(subject, `${seen} bytes came, not ${size}`));
      else if (actual !== digest) done(digestMismatch(subject, `the bytes have ${actual}`));
      else done();
    },
  });
  source.on('error', (error) => verifier.destroy(explain(error)));
  verifier.on('close', () => source.destroy());
  return source.pipe(verifier);
}
