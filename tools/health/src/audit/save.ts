import { ProblemError } from '@cp-whisperx-app/problem';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extract } from 'tar-stream';
import { readBlob } from './layer/blob.ts';
import type { LayerListing } from './layer/listing.ts';

interface Wanted {
  /** Of the layers to read. */
  readonly diffIds: ReadonlySet<string>;
  /** Of layers that need no reading. */
  readonly known: ReadonlySet<string>;
}

/**
 * Reads layers of images that the engine has, each once, however many of the images have it: what `docker image save` gives
 * for all of them, as it comes. Ends when the last one was read. Nothing is written to disk here.
 * Source: OCI image layout; a layer is known by the digest of its uncompressed tar, whatever the blob is called.
 * @param references of the images
 * @param onLayer takes each layer that was asked for
 * @param took is told of bytes of layers as they come, uncompressed
 * @throws ProblemError `image-save`, when the engine gives less than was asked for
 */
export async function readLayers(
  references: readonly string[],
  { diffIds, known }: Wanted,
  onLayer: (layer: LayerListing) => void,
  took: (bytes: number) => void,
): Promise<void> {
  const missing = new Set(diffIds);
  const save = spawn('docker', ['image', 'save', ...references], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  save.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const closed = once(save, 'close').catch((error: unknown) => (said += String(error)));
  try {
    for await (const entry of save.stdout.pipe(extract())) {
      const { name, type } = entry.header;
      // `blobs/sha256/HEX`, or `HEX/layer.tar` of engines before 25.
      const digest = `sha256:${/[0-9a-f]{64}/.exec(name)?.[0] ?? ''}`;
      const layer =
        type === 'file' && !known.has(digest)
          ? await readBlob(entry as AsyncIterable<Uint8Array>, took)
          : void entry.resume();
      if (layer === undefined || !missing.delete(layer.diffId)) continue;
      onLayer(layer);
      if (missing.size === 0) break;
    }
  } catch (error) {
    if (error instanceof ProblemError) throw error;
    said += error instanceof Error ? error.message : String(error);
  } finally {
    save.kill();
    await closed;
  }
  if (missing.size > 0) throw new ProblemError(broken(references, said));
}

const broken = (references: readonly string[], said: string): ProblemError['problems'][number] => ({
  code: 'image-save',
  message: `the engine did not give all layers of ${references.join(', ')}\n    ${said.trim() || 'and says nothing'}`,
  mend: `docker image save ${references.join(' ')} | wc -c   # says it again; then the same command once more`,
});
