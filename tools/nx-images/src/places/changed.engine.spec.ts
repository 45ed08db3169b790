import { existsSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { tagsOf } from '../testing/docker.ts';
import { Family } from '../testing/family.ts';
import { TestRegistry } from '../testing/registry.ts';

let family: Family;
let registry: TestRegistry;
beforeAll(async () => {
  family = await Family.create();
  registry = await TestRegistry.start();
});
afterAll(async () => {
  await registry.stop();
  await family.dispose();
});

test.each([
  ['published', 'leaf-low', 'mkdir -p', 'leaf-low.python.log', ['run', 'leaf-low:docker-build'], true],
  ['loaded after its base', 'base-one', 'sh /system', 'base-one.log', ['run', 'images:load'], false],
])(
  'an image whose script is edited while it is %s is not kept',
  async (how, slow, step, log, command, publish) => {
    await family.restore();
    await family.remove(await tagsOf(family.prefix));
    await rm(join(family.root, 'dist'), { recursive: true, force: true });
    // Time enough to edit a file, as while packages are installed; no cache has this step.
    const pause = `sleep 8; : ${family.prefix}${how}; ${step}`;
    await family.edit(`images/${slow}/Dockerfile`, (text) => text.replace(step, pause));
    const running = family.nx([...command, '--skip-nx-cache'], {
      NX_IMAGES_REGISTRY: publish ? registry.host : undefined,
      NX_IMAGES_PUBLISH: publish ? 'true' : undefined,
    });
    await untilIn(join(family.root, 'dist/images', log), pause);
    await family.append('images/leaf-low/low.py', '# edited');
    const { code, output } = await running;
    expect(code, output).not.toBe(0);
    expect(output).toContain('(sources-changed)');
    expect(output).toContain('mend: npx nx run leaf-low:docker-build');
    expect((await tagsOf(family.prefix)).filter((tag) => tag.startsWith('leaf-low'))).toEqual([]);
    const tags = await fetch(`http://${registry.host}/v2/${family.prefix}leaf-low/tags/list`);
    expect(await tags.text()).not.toContain('key-');
  },
);

/** Returns when a log shows that the slow step began: the key is made by then, and what is copied is not yet. */
async function untilIn(log: string, text: string): Promise<void> {
  for (let waited = 0; waited < 60_000; waited += 100) {
    if (existsSync(log) && readFileSync(log, 'utf8').includes(text)) return;
    await wait(100);
  }
  throw new Error(`${log} never had ${text}`);
}
