import { argArguments, pairArguments, type Instruction } from '@cp-whisperx-app/nx-images/api';
import { shapesInSource } from '../../audit/layer/secrets.ts';
import type { Rule } from '../rule.ts';

/**
 * No ARG and no ENV is named as a secret, and no instruction holds the shape of one. Source: Docker, build check
 * SecretsUsedInArgOrEnv: they stay in the image's history or settings; shapes: audit/layer/secrets.ts.
 */
export const secretInArgOrEnv: Rule = {
  name: 'secret-in-arg-or-env',
  reason: 'what an instruction says can be read in the image by everybody who has it',
  check: ({ dockerfile: { file, directives, instructions } }) =>
    instructions.flatMap((instruction) =>
      heldBy(instruction.trigger ?? instruction, directives.escape ?? '\\').map((message) => ({
        file,
        line: instruction.line,
        message,
        mend: 'while building: RUN --mount=type=secret,id=…; while running: docker run --env, or a file of a volume',
      })),
    ),
};

function heldBy({ keyword, args, heredocs }: Instruction, escape: string): readonly string[] {
  // A FROM leaves nothing in the image.
  if (keyword === 'FROM') return [];
  if (keyword !== 'ARG' && keyword !== 'ENV')
    return shaped(keyword, [args, ...heredocs.map(({ content }) => content)].join('\n'));
  const pairs: readonly (readonly [string, string])[] =
    keyword === 'ARG'
      ? argArguments(args, escape).map((arg) => [arg.name, arg.default ?? ''])
      : pairArguments(args, escape);
  return pairs.flatMap(([name, value]) =>
    isSecretName(name, value.replace(/^(["'])(.*)\1$/, '$2'))
      ? [`${keyword} ${name} is named as a secret`]
      : shaped(`${keyword} ${name}`, value),
  );
}

function shaped(what: string, text: string): readonly string[] {
  const shapes = new Set(shapesInSource(text).map(({ shape }) => shape));
  return shapes.size === 0 ? [] : [`${what} holds ${[...shapes].join(', ')}`];
}

const SECRET =
  /PASSWORD|PASSWD|PASSPHRASE|SECRET|CREDENTIAL|API_?KEY|(ACCESS|SSH)KEY|TOKEN$|(^|_)(TOKENS?|KEYS?|AUTH|PWORD)(_|$)|(^|_)(PASS|PW)$|_PWD$/i;
/** What only says where one is, or is for all to see. */
const HARMLESS = /(^|_)PUBLIC_|_(DIR|URL|ID|SOCK)$/i;

function isSecretName(name: string, value: string): boolean {
  const isPlace = /_(FILE|PATH)$/i.test(name) && (value === '' || /[/.$]/.test(value));
  const isCount =
    (/TOKENS$/i.test(name) && /^\d+$/.test(value)) || (/PASS$/i.test(name) && /^\d$/.test(value));
  return SECRET.test(name) && !HARMLESS.test(name) && !isPlace && !isCount;
}
