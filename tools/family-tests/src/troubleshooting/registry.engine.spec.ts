import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { Family } from '@cp-whisperx-app/nx-images/testing/family';
import { TestRegistry, type RegistryOptions } from '@cp-whisperx-app/nx-images/testing/registry';
import { reproduces, type Reproduction } from './reproduce.ts';

let family: Family;
let registry: TestRegistry;
beforeAll(async () => {
  family = await Family.create();
});
afterEach(() => registry.stop());
afterAll(() => family.dispose());

const as = (): Readonly<Record<string, string>> => ({
  asr: 'leaf-low',
  'registry.example': registry.host,
});

/** Publishes to a registry of these options that fails so, sees what is said, mends it, and sees the image built. */
async function seeAndMend(
  { sees, mend }: Reproduction,
  fault: 'none' | 'read-only' | 'slow',
  options: RegistryOptions = {},
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  registry = await TestRegistry.start(options);
  const publishing = { ...env, NX_IMAGES_REGISTRY: registry.host, NX_IMAGES_PUBLISH: 'true' };
  const publish = () => family.build({ env: publishing, projects: ['leaf-low'] });
  if (fault === 'read-only') {
    // It has the Python layers: what is refused then is the image.
    await publish();
    await family.append('images/leaf-low/low.py', '# more');
  }
  registry.setFault(fault);
  const failed = await publish();
  expect(failed.code).not.toBe(0);
  sees(failed.output);
  const { code, output } = await family.shell(mend(), publishing);
  expect(code, output).toBe(0);
}

// What is typed is `docker login`, as it stands in the page.
reproduces('the-registry-refuses', as, async (entry) => {
  const config = mkdtempSync(join(tmpdir(), 'docker-config-'));
  const plugins = join(homedir(), '.docker/cli-plugins');
  if (existsSync(plugins)) symlinkSync(plugins, join(config, 'cli-plugins'));
  const account = { REGISTRY_USERNAME: 'bob', REGISTRY_PASSWORD: 'secret' };
  try {
    const options = { users: { bob: 'secret' } };
    await seeAndMend(entry, 'none', options, { ...account, DOCKER_CONFIG: config });
  } finally {
    rmSync(config, { recursive: true });
  }
});

reproduces('the-registry-takes-no-writes', as, (entry) => seeAndMend(entry, 'read-only'));

reproduces('the-registry-does-not-answer', as, (entry) => seeAndMend(entry, 'slow'));
