import { tempFolder } from '@cp-whisperx-app/nx-images/testing/folders';
import { serve } from '@cp-whisperx-app/nx-images/testing/http';
import { beforeEach, expect, test, vi } from 'vitest';
import { tagNow } from './tags.ts';

const PIN = `sha256:${'a'.repeat(64)}`;
const NOW = `sha256:${'b'.repeat(64)}`;

beforeEach(() => {
  vi.stubEnv('DOCKER_CONFIG', tempFolder());
  return () => {
    vi.unstubAllEnvs();
  };
});

test('what the tag stands for, be it one image or an index', async () => {
  const asked: string[] = [];
  const { host } = await serve((request, response) => {
    asked.push(
      `${request.method ?? ''} ${request.url ?? ''} ${String(request.headers.accept?.includes('image.index'))}`,
    );
    response.writeHead(200, { 'docker-content-digest': NOW }).end();
  });
  expect(await tagNow(`${host}/team/python:3.11@${PIN}`)).toEqual({ digest: NOW });
  expect(asked).toEqual(['HEAD /v2/team/python/manifests/3.11 true']);
});

test('a tag that is gone, or that is told without a digest, is not "as pinned"', async () => {
  const { host: gone } = await serve((_request, response) => response.writeHead(404).end());
  expect(await tagNow(`${gone}/python:3.11@${PIN}`)).toEqual({ unknown: `${gone} has no such tag any more` });
  const { host: silent } = await serve((_request, response) => response.writeHead(200).end());
  expect(await tagNow(`${silent}/python:3.11@${PIN}`)).toHaveProperty('unknown');
});

test('a registry that does not answer is told, and stops nothing', async () => {
  expect(await tagNow(`127.0.0.1:1/python:3.11@${PIN}`)).toHaveProperty('unknown');
});
