import { Family } from '@cp-whisperx-app/nx-images/testing/family';

/** The tiny family, with this plugin beside the one that builds it. */
export async function healthyFamily(): Promise<Family> {
  const family = await Family.create();
  await family.edit('nx.json', (text) => {
    const nx = JSON.parse(text) as { plugins: unknown[] };
    return JSON.stringify({ ...nx, plugins: [...nx.plugins, { plugin: '@cp-whisperx-app/health' }] });
  });
  return family;
}
