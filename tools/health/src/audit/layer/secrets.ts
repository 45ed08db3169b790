import { posix } from 'node:path';

/** The shape of a secret in a text. `hint` is in every text that `pattern` matches, and cheap to look for. */
interface Shape {
  readonly shape: string;
  readonly hints: readonly string[];
  readonly pattern: RegExp;
}

const before = '(?<![A-Za-z0-9_-])';
const after = '(?![A-Za-z0-9_-])';
const token = (shape: string, hints: readonly string[], body: string): Shape => ({
  shape,
  hints,
  pattern: new RegExp(`${before}${body}${after}`, 'g'),
});

/**
 * Tokens whose issuers gave them a prefix to be found by, with the length that they have.
 * Sources: the issuers' documentation of their token formats; GitHub, "Behind GitHub's new authentication token
 * formats"; RFC 7468 for keys.
 */
const SHAPES: readonly Shape[] = [
  {
    shape: 'a private key',
    hints: ['PRIVATE KEY'],
    // With a body: code that reads keys has the first line alone. Line ends may be written as \n.
    pattern:
      /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[rn])+(?:[A-Za-z-]+: [^\n\\]*(?:\s|\\[rn])+)*(?:[A-Za-z0-9+/=]{16,}(?:\s|\\[rn]|["',+])*){2,}/g,
  },
  token("the id of an AWS account's key", ['AKIA', 'ASIA'], '(?:AKIA|ASIA)[A-Z2-7]{16}'),
  token('a token of GitHub', ['ghp_', 'gho_', 'ghu_', 'ghs_', 'ghr_'], 'gh[pousr]_[A-Za-z0-9]{36}'),
  token('a token of GitHub', ['github_pat_'], 'github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}'),
  token('a token of Hugging Face', ['hf_'], 'hf_[A-Za-z]{34}'),
  token('a token of GitLab', ['glpat-'], 'glpat-[A-Za-z0-9_-]{20}'),
  token('a token of Slack', ['xox'], 'xox[abeoprs]-[0-9]{10,}-[0-9A-Za-z-]{20,}'),
  token('a token of PyPI', ['pypi-AgE'], 'pypi-AgE[A-Za-z0-9_-]{50,}'),
  token('a token of npm', ['npm_'], 'npm_[A-Za-z0-9]{36}'),
  token('a key of OpenAI', ['T3BlbkFJ'], 'sk-[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}'),
  token('a key of Google', ['AIza'], 'AIza[A-Za-z0-9_-]{35}'),
];

const BY_NAME: readonly (readonly [shape: string, path: RegExp])[] = [
  ['passwords of hosts', /(^|\/)[._]netrc$/],
  ['passwords of package indexes', /(^|\/)\.pypirc$/],
  ['passwords of registries', /(^|\/)(\.docker\/config\.json|\.dockercfg|\.dockerconfigjson)$/],
  ['passwords of git', /(^|\/)\.git-credentials$/],
  ['keys of AWS', /(^|\/)\.aws\/credentials$/],
  ['a key of SSH', /(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/],
  ['settings of one machine', /(^|\/)\.env(\.local)?$/],
];

/** What the name of a file says that is in it; undefined for most. */
export const shapeOfName = (path: string): string | undefined =>
  BY_NAME.find(([, pattern]) => pattern.test(path))?.[0];

/** Fewer different characters have placeholders such as `ghp_xxxx…`. */
const FEWEST_CHARACTERS = 8;

/** What of a secret's shape stands in a text, and in which line. Pure. */
export function shapesIn(content: Buffer): readonly { readonly shape: string; readonly line: number }[] {
  const found: { shape: string; line: number }[] = [];
  let text: string | undefined;
  for (const { shape, hints, pattern } of SHAPES) {
    if (!hints.some((hint) => content.includes(hint))) continue;
    text ??= content.toString('latin1');
    for (const match of text.matchAll(pattern)) {
      if (isExample(match[0])) continue;
      found.push({ shape, line: text.slice(0, match.index).split('\n').length });
    }
  }
  return found;
}

const isExample = (match: string): boolean =>
  /EXAMPLE$/.test(match) || new Set(match.replace(/^[^_-]*[_-]/, '')).size < FEWEST_CHARACTERS;

/**
 * Whether a file is one that a build's secret could have become: a text outside of what packages bring, or one that is
 * named as certificates are.
 */
export const couldBeBuildSecret = (path: string): boolean =>
  !/(^|\/)(site|dist)-packages\//.test(path) || /\.(crt|cer|pem)$/.test(posix.basename(path));
