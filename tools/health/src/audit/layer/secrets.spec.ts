import { describe, expect, test } from 'vitest';
import { RANDOM } from '../testing/tars.ts';
import { shapeOfName, shapesIn, shapesInSource } from './secrets.ts';

const R36 = RANDOM;
// Two parts: searchers of repositories look for the same shapes.
const split = (...parts: readonly string[]): string => parts.join('');
const BODY = `MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ${'xyz'.repeat(4)}\n`.repeat(4);
const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (head: object): string => `${base64(head)}.${base64({ sub: 'a', iat: 1 })}.${R36}`;
const hook = (last: string): string =>
  split('https://hooks.slack.com', '/services/', 'T0AB12CD3/B0EF45GH6/', last);
const secretKey = (value: string): string => `[default]\naws_secret_access_key = ${value}\n`;
const key = (kind: string, body = BODY): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${body}-----END ${kind}PRIVATE KEY-----\n`;

describe('texts', () => {
  test.each<[what: string, text: string, shape: string | undefined]>([
    ['PKCS 8', key(''), 'a private key'],
    ['RSA', key('RSA '), 'a private key'],
    ['OpenSSH', key('OPENSSH '), 'a private key'],
    [
      'encrypted, with headers',
      key('RSA ', `Proc-Type: 4,ENCRYPTED\nDEK-Info: AES,00\n\n${BODY}`),
      'a private key',
    ],
    ['in a JSON string', JSON.stringify({ private_key: key('') }), 'a private key'],
    ['in Windows lines', key('').replaceAll('\n', '\r\n'), 'a private key'],
    ['the first line in code', 'if text.startswith("-----BEGIN PRIVATE KEY-----"):\n', undefined],
    ['both lines without a body', key('', ''), undefined],
    ['a body that a person writes', key('', '  ...base64...\n'), undefined],
    ['a public key', `-----BEGIN PUBLIC KEY-----\n${BODY}`, undefined],
    ['AWS', split('x="AKIA', 'Q3EGRI7LMWBK5TZ2', '"'), "the id of an AWS account's key"],
    ["AWS's own example", split('AKIA', 'IOSFODNN7EXAMPLE'), undefined],
    ['AWS within a word', split('XAKIA', 'Q3EGRI7LMWBK5TZ2'), undefined],
    ['GitHub, old', `ghp_${R36}`, 'a token of GitHub'],
    ['GitHub, a server', `ghs_${R36}`, 'a token of GitHub'],
    ['GitHub, new', `github_pat_${R36.slice(0, 22)}_${R36}${R36.slice(0, 23)}`, 'a token of GitHub'],
    ['GitHub, a placeholder', `ghp_${'x'.repeat(36)}`, undefined],
    ['GitHub, too short', `ghp_${R36.slice(1)}`, undefined],
    ['Hugging Face', split('HF_TOKEN=hf_', 'aBcdEfGhIjKlMnOpQrStUvWxYzAbCdEfGh'), 'a token of Hugging Face'],
    ['a name that begins so', 'hf_hub_download_with_a_name_that_is_long_enough', undefined],
    ['GitLab', `glpat-${R36.slice(0, 20)}`, 'a token of GitLab'],
    ['Slack', split('xoxb-', '123456789012-', R36), 'a token of Slack'],
    ['PyPI', split('pypi-AgE', 'IcHlwaS5vcmc', R36, R36), 'a token of PyPI'],
    ['npm', `npm_${R36}`, 'a token of npm'],
    ['OpenAI', split('sk-', R36.slice(0, 20), 'T3Blbk', 'FJ', R36.slice(0, 20)), 'a key of OpenAI'],
    ['Google', `AIza${R36.slice(0, 35)}`, 'a key of Google'],
    ['GitLab, at the end of a sentence', `glpat-${R36.slice(0, 20)}.`, 'a token of GitLab'],
    ['GitLab, routable', `glpat-${R36}.01.1${R36.slice(0, 8).toLowerCase()}`, 'a token of GitLab'],
    ['GitLab, routable, older', `glpat-${R36}.01${R36.slice(0, 7).toLowerCase()}`, 'a token of GitLab'],
    ['GitLab, no version', `glpat-${R36}.`, undefined],
    ['Slack, an app', split('xapp-', '1-A0AB12CD3-1234567890123-', R36), 'a token of Slack'],
    ['Slack, an app without its number', split('xapp-', '1-A0AB12CD3-', R36), undefined],
    ['Slack, a webhook', hook(R36.slice(0, 24)), 'a webhook of Slack'],
    ["Slack's own example", hook('X'.repeat(24)), undefined],
    ['Docker Hub', `dckr_pat_${R36.slice(0, 27)}`, 'a token of Docker Hub'],
    ['Docker Hub, too short', `dckr_pat_${R36.slice(0, 26)}`, undefined],
    ['Anthropic', split('sk-ant-', 'api03-', R36, R36, R36.slice(0, 23)), 'a key of Anthropic'],
    ['Anthropic, a placeholder', split('sk-ant-', 'api03-', 'x'.repeat(95)), undefined],
    ['Stripe', split('sk_', 'live_', R36.slice(0, 24)), 'a key of Stripe'],
    ['Stripe, for tests', split('sk_', 'test_', R36.slice(0, 24)), undefined],
    ['AWS, the key', secretKey(`${R36}/+x8`), 'the key of an AWS account'],
    ['AWS, the key as a variable', `AWS_SECRET_ACCESS_KEY="${R36}/+x8"`, 'the key of an AWS account'],
    ["AWS's own example of a key", secretKey('wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY'), undefined],
    ['AWS, code that asks for it', 'aws_secret_access_key=os.environ["AWS_SECRET_ACCESS_KEY"]', undefined],
    ['a web token', `Bearer ${jwt({ alg: 'HS256', typ: 'JWT' })}`, 'a web token (JWT)'],
    ['a web token, another order', jwt({ typ: 'JWT', alg: 'RS256' }), 'a web token (JWT)'],
    ['three parts, the first without alg', jwt({ typ: 'JWT', enc: 'x' }), undefined],
    ['three parts, the first no JSON', `eyJ${R36}.eyJ${R36}.${R36}`, undefined],
    ['a password in a URL, which manuals have', 'https://ci:hunter2@pypi.corp/simple', undefined],
  ])('%s', (_, text, shape) => {
    expect(shapesIn(Buffer.from(text)).map((one) => one.shape)).toEqual(shape === undefined ? [] : [shape]);
  });

  test('each of two, with its line', () => {
    expect(shapesIn(Buffer.from(`\nghp_${R36}\n\nghp_${R36}`)).map(({ line }) => line)).toEqual([2, 4]);
  });
});

test.each<[what: string, text: string, is: boolean]>([
  ['a short password', 'https://ci:hunter2@pypi.corp/simple', true],
  ['no user', 'redis://:hunter2@cache:6379', true],
  ['a variable for the user alone', 'https://$CI_USER:hunter2@pypi.corp/', true],
  ['a host by number', 'http://a:hunter2@10.0.0.1:3128', true],
  ['a variable', 'https://ci:$TOKEN@pypi.corp/', false],
  ['a variable in braces', 'https://ci:${TOKEN}@pypi.corp/', false],
  ['a host for examples', 'https://user:pass@example.com/', false],
  ['one below it', 'https://user:pass@pypi.example.org/', false],
  ['stars', 'https://ci:***@pypi.corp/', false],
  ['a user alone', 'git+ssh://git@github.com/a/b', false],
  ['a port, and an @ after it', 'https://unpkg.com:443/vue@3', false],
  ['an image by its digest', 'docker-image://registry:5000@sha256:00', false],
])('a source with a password in a URL: %s', (_, text, is) => {
  expect(shapesInSource(text).map(({ shape }) => shape)).toEqual(is ? ['a password in a URL'] : []);
});

test.each<[path: string, tells: boolean]>([
  ['root/.netrc', true],
  ['root/.pypirc', true],
  ['home/a/.docker/config.json', true],
  ['app/config.json', false],
  ['root/.ssh/id_ed25519', true],
  ['root/.ssh/id_ed25519.pub', false],
  ['app/.env', true],
  ['app/.env.example', false],
  ['app/my.env', false],
  ['root/.git-credentials', true],
  ['root/.aws/credentials', true],
  ['app/.env.production', true],
  ['app/.env.sample', false],
  ['app/.env.template', false],
  ['app/.envrc', false],
  ['root/.cache/huggingface/token', true],
  ['root/.cache/huggingface/hub/token.py', false],
  ['root/.kube/config', true],
  ['app/kube/config', false],
  ['root/.config/gcloud/application_default_credentials.json', true],
  ['app/credentials.json', false],
])('the name %s tells a secret: %s', (path, tells) => {
  expect(shapeOfName(path) !== undefined).toBe(tells);
});
