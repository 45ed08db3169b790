import { argArguments, pairArguments } from '@cp-whisperx-app/nx-images/api';
import { shapesIn } from '../../audit/layer/secrets.ts';
import type { Found, Rule } from '../rule.ts';

/**
 * No ARG and no ENV holds a secret, by its name or by the shape of its value. Source: Docker, build check SecretsUsedInArgOrEnv:
 * both stay in the image's history, for everybody who has the image; shapes: audit/layer/secrets.ts.
 */
export const secretInArgOrEnv: Rule = {
  name: 'secret-in-arg-or-env',
  reason: "an ARG and an ENV can be read in the image's history by everybody who has the image",
  check: ({ dockerfile: { file, directives, instructions } }) =>
    instructions.flatMap(({ keyword, args, line }): readonly Found[] => {
      const escape = directives.escape ?? '\\';
      const pairs: readonly (readonly [string, string])[] =
        keyword === 'ARG'
          ? argArguments(args, escape).map((arg) => [arg.name, arg.default ?? ''])
          : keyword === 'ENV'
            ? pairArguments(args, escape)
            : [];
      const held = pairs.filter(
        ([name, value]) => isSecretName(name) || shapesIn(Buffer.from(value)).length > 0,
      );
      return held.map(([name, value]) => ({
        file,
        line,
        message: `${keyword} ${name} ${isSecretName(name) ? 'is named as a secret' : `holds ${shapesIn(Buffer.from(value))[0]?.shape ?? ''}`}`,
        mend: 'while building: RUN --mount=type=secret,id=…; while running: docker run --env, or a file of a volume',
      }));
    }),
};

const SECRET =
  /PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIAL|API_?KEY|TOKEN$|(^|_)(TOKENS?|KEYS?|AUTH|PWORD)(_|$)/i;
/** What only says where one is, or is for all to see. */
const HARMLESS = /(^|_)PUBLIC_|_(FILE|PATH|DIR|URL|ID|SOCK)$/i;

const isSecretName = (name: string): boolean => SECRET.test(name) && !HARMLESS.test(name);
