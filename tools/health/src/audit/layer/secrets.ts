import { posix } from 'node:path';

/**
 * The shape of a secret in a text. One of `hints` is in every text that `pattern` matches, and cheap to look for. What a group
 * catches is the secret itself.
 */
interface Shape {
  readonly shape: string;
  readonly hints: readonly string[];
  readonly pattern: RegExp;
  /** Whether a match is one; where it isn't said, all but placeholders are. */
  readonly isReal?: (match: RegExpExecArray) => boolean;
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
 * formats"; GitLab, "Routable tokens"; RFC 7468 for keys; RFC 7519 for web tokens.
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
  token('a token of GitLab', ['glpat-'], 'glpat-([A-Za-z0-9_-]{27,300})\\.(?:[0-9a-z]{2}\\.)?[0-9a-z]{9}'),
  token('a token of Slack', ['xox'], 'xox[abeoprs]-[0-9]{10,}-[0-9A-Za-z-]{20,}'),
  token('a token of PyPI', ['pypi-AgE'], 'pypi-AgE[A-Za-z0-9_-]{50,}'),
  token('a token of npm', ['npm_'], 'npm_[A-Za-z0-9]{36}'),
  token('a key of OpenAI', ['T3BlbkFJ'], 'sk-[A-Za-z0-9_-]{20,}T3BlbkFJ[A-Za-z0-9_-]{20,}'),
  token('a key of Google', ['AIza'], 'AIza[A-Za-z0-9_-]{35}'),
  token('a token of Slack', ['xapp-'], 'xapp-[0-9]-[A-Z0-9]{8,}-[0-9]{10,}-([0-9A-Za-z]{32,})'),
  token(
    'a webhook of Slack',
    ['hooks.slack.com/services/T'],
    'https://hooks\\.slack\\.com/services/T[A-Z0-9]{8,}/B[A-Z0-9]{8,}/([A-Za-z0-9]{24})',
  ),
  token('a token of Docker Hub', ['dckr_pat_'], 'dckr_pat_([A-Za-z0-9_-]{27})'),
  token('a key of Anthropic', ['sk-ant-api'], 'sk-ant-api[0-9]{2}-([A-Za-z0-9_-]{80,})'),
  token('a key of Stripe', ['k_live_'], '[rs]k_live_([A-Za-z0-9]{24,})'),
  {
    shape: 'the key of an AWS account',
    hints: ['aws_secret_access_key', 'AWS_SECRET_ACCESS_KEY'],
    pattern: /aws_secret_access_key["']?[ \t]*[=:][ \t]*["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/gi,
  },
  {
    ...token(
      'a web token (JWT)',
      ['eyJ'],
      '(eyJ[A-Za-z0-9_-]{10,})\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{20,}',
    ),
    isReal: ([, head = '']) => isHeadOfJwt(head),
  },
];

/** Shapes that a source must not have; in layers they stand in many a manual and test. */
const SHAPES_OF_SOURCES: readonly Shape[] = [
  ...SHAPES,
  {
    shape: 'a password in a URL',
    hints: ['://'],
    // No variable, no image by its digest, no host that is reserved for examples (RFC 2606).
    pattern: /:\/\/[^\s/:@"'<>]*:([^\s/@"'<>${}]+)@(?!sha256:|(?:[\w-]+\.)*example\b)[\w[]/g,
    isReal: ([, password]) => new Set(password).size > 1,
  },
];

function isHeadOfJwt(head: string): boolean {
  try {
    return 'alg' in (JSON.parse(Buffer.from(head, 'base64url').toString()) as object);
  } catch {
    return false;
  }
}

const BY_NAME: readonly (readonly [shape: string, path: RegExp])[] = [
  ['passwords of hosts', /(^|\/)[._]netrc$/],
  ['passwords of package indexes', /(^|\/)\.pypirc$/],
  ['passwords of registries', /(^|\/)(\.docker\/config\.json|\.dockercfg|\.dockerconfigjson)$/],
  ['passwords of git', /(^|\/)\.git-credentials$/],
  ['keys of AWS', /(^|\/)\.aws\/credentials$/],
  ['a key of SSH', /(^|\/)id_(rsa|dsa|ecdsa|ed25519)$/],
  ['a token of Hugging Face', /(^|\/)\.cache\/huggingface\/(token|stored_tokens)$/],
  ['keys of a cluster', /(^|\/)\.kube\/config$/],
  ['keys of Google Cloud', /(^|\/)application_default_credentials\.json$/],
  ['settings of one machine', /(^|\/)\.env(\.(?!(example|sample|template)$)[^/]+)?$/],
];

/** What the name of a file says that is in it; undefined for most. */
export const shapeOfName = (path: string): string | undefined =>
  BY_NAME.find(([, pattern]) => pattern.test(path))?.[0];

/** Fewer different characters have placeholders such as `ghp_xxxx…`. */
const FEWEST_CHARACTERS = 8;

interface Seen {
  readonly shape: string;
  readonly line: number;
}

/** What of a secret's shape stands in a file of a layer, and in which line. Pure. */
export const shapesIn = (content: Buffer): readonly Seen[] => seen(content, SHAPES);

/** The same of a text that people write for a build; passwords in URLs too. Pure. */
export const shapesInSource = (text: string): readonly Seen[] => seen(Buffer.from(text), SHAPES_OF_SOURCES);

function seen(content: Buffer, shapes: readonly Shape[]): readonly Seen[] {
  const found: Seen[] = [];
  let text: string | undefined;
  for (const { shape, hints, pattern, isReal = isNoExample } of shapes) {
    if (!hints.some((hint) => content.includes(hint))) continue;
    text ??= content.toString('latin1');
    for (const match of text.matchAll(pattern)) {
      if (!isReal(match)) continue;
      found.push({ shape, line: text.slice(0, match.index).split('\n').length });
    }
  }
  return found;
}

const isNoExample = ([all, secret]: RegExpExecArray): boolean =>
  !/EXAMPLE(KEY)?$/.test(all) && new Set(secret ?? all.replace(/^[^_-]*[_-]/, '')).size >= FEWEST_CHARACTERS;

/**
 * Whether a file is one that a build's secret could have become: a text outside of what packages bring, or one that is
 * named as certificates are.
 */
export const couldBeBuildSecret = (path: string): boolean =>
  !/(^|\/)(site|dist)-packages\//.test(path) || /\.(crt|cer|pem)$/.test(posix.basename(path));
