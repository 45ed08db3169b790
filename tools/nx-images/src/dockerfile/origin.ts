import { refuse } from './refuse.ts';

/** Where files come from: the base of a stage, `COPY --from=` or `RUN --mount=from=`. */
export interface Origin {
  /** As the Dockerfile has it. */
  readonly raw: string;
  /** With its variables replaced. */
  readonly resolved: string;
  /** `image` is an image, or a named context of that name. */
  readonly kind: 'image' | 'stage' | 'scratch';
  /** Its index, where the kind is `stage`. */
  readonly stage?: number;
}

/**
 * @param stage the stage that `resolved` names, if any
 * @throws ProblemError for what can be no reference of an image
 */
export function originOf(raw: string, resolved: string, stage: number | undefined): Origin {
  if (stage !== undefined) return { raw, resolved, kind: 'stage', stage };
  if (resolved === 'scratch') return { raw, resolved, kind: 'scratch' };
  if (resolved === '')
    refuse('blank-reference', `"${raw}" is blank`, 'give its variables a value or a default');
  if (!isReference(resolved))
    refuse(
      'reference',
      `"${resolved}" is no stage above and no legal reference`,
      'write [host/]name[:tag][@digest]',
    );
  return { raw, resolved, kind: 'image' };
}

const HOST_PART = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const HOST = `(?:${HOST_PART}(?:\\.${HOST_PART})*|\\[[a-fA-F0-9:]+\\])(?::\\d+)?`;
const PART = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const DIGEST = 'sha256:[0-9a-f]{64}|sha384:[0-9a-f]{96}|sha512:[0-9a-f]{128}';

/** The grammar of github.com/distribution/reference. */
const REFERENCE = new RegExp(`^(?:${HOST}/)?${PART}(?:/${PART})*(?::\\w[\\w.-]{0,127})?(?:@(?:${DIGEST}))?$`);
const HEX_ONLY = /^[a-f0-9]{64}$/;

/** Whether `text` can name an image. */
export const isReference = (text: string): boolean => REFERENCE.test(text) && !HEX_ONLY.test(text);
