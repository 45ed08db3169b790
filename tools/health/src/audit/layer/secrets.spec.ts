import { describe, expect, test } from 'vitest';
import { RANDOM } from '../testing/tars.ts';
import { shapeOfName, shapesIn } from './secrets.ts';

const R36 = RANDOM;
// Two parts: searchers of repositories look for the same shapes.
const split = (...parts: readonly string[]): string => parts.join('');
const BODY = `MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQ${'xyz'.repeat(4)}\n`.repeat(4);
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
  ])('%s', (_, text, shape) => {
    expect(shapesIn(Buffer.from(text)).map((one) => one.shape)).toEqual(shape === undefined ? [] : [shape]);
  });

  test('each of two, with its line', () => {
    expect(shapesIn(Buffer.from(`\nghp_${R36}\n\nghp_${R36}`)).map(({ line }) => line)).toEqual([2, 4]);
  });
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
])('the name %s tells a secret: %s', (path, tells) => {
  expect(shapeOfName(path) !== undefined).toBe(tells);
});
