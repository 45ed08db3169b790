import { inspectImages } from '@cp-whisperx-app/nx-images/api';
import { docker } from '@cp-whisperx-app/nx-images/testing/docker';
import { tempFolder } from '@cp-whisperx-app/nx-images/testing/folders';
import { afterAll, expect, test } from 'vitest';
import { listLayers } from './files.ts';
import { auditImage, buildImage, type TestImage } from './testing/images.ts';

const BASE = 'rajiup/cp-whisperx-app-base-ml:cuda';
const TAG = 'nxtest-audit-another-torch:1';
const ca = process.env['NX_IMAGES_SECRET_CA'] ?? process.env['SSL_CERT_FILE'];

/** Downloads 0.9 GB, and needs three times as much in the engine. */
const STAGE: TestImage = {
  name: 'stage',
  base: 'base-ml',
  dockerfile: [
    `FROM ${BASE}`,
    'USER 0',
    [
      'RUN --mount=type=secret,id=ca,target=/etc/ssl/certs/ca-certificates.crt,required=false',
      'export PIP_CERT=/etc/ssl/certs/ca-certificates.crt PIP_NO_CACHE_DIR=1 &&',
      'python3.11 -m venv /tmp/tools &&',
      '/tmp/tools/bin/pip install --quiet --no-deps --target /opt/other torch==2.8.0 &&',
      'rm -rf /tmp/tools',
    ].join(' '),
  ],
};

/** Steps of the image under it and of all under that, to match its layers with. */
const UNDER: TestImage = {
  name: 'base-ml',
  dockerfile: ['FROM root', 'RUN a', 'WORKDIR /data', 'COPY a /opt', 'COPY b /opt', 'COPY c /opt'],
};

afterAll(() => docker('image', 'rm', TAG));

test('a stage that installs another torch: both of them, and what the second one costs', async () => {
  await buildImage(TAG, STAGE, ca === undefined ? [] : [`--secret=id=ca,src=${ca}`]);
  const diffIds = (await inspectImages([TAG])).get(TAG)?.diffIds ?? [];
  const layers = await listLayers(tempFolder(), { reference: TAG, diffIds }, [], console.log);
  const { findings, layers: audited } = auditImage(STAGE, [UNDER], layers);
  const twice = findings.find(({ code }) => code === 'distribution-twice');
  expect(twice?.message).toMatch(
    /^torch stands in this image 2 times\n.*2\.7\.1 in .*\n.*2\.8\.0 in layer .*RUN/,
  );
  expect(twice).toMatchObject({ file: 'images/stage/Dockerfile', line: 3 });
  const second = audited.at(-1)?.distributions.find(({ name }) => name === 'torch');
  expect(second?.bytes).toBeGreaterThan(1e9);
});
