import { chainOf, parseDockerfile, type ImageGraph } from '@cp-whisperx-app/nx-images/api';

/**
 * Whether an image is for a GPU: it, or what it stands on, asks the NVIDIA container toolkit for devices. Pure.
 * Source: NVIDIA Container Toolkit, "Environment variables (OCI spec)", NVIDIA_VISIBLE_DEVICES
 */
export function deviceOf(name: string, graph: ImageGraph): 'CPU' | 'GPU' {
  const asks = [name, ...chainOf(graph, name)].some((one) => {
    const image = graph.get(one);
    const { instructions } = parseDockerfile(image?.text ?? '', image?.dockerfile ?? '');
    return instructions.some(
      ({ keyword, args }) => keyword === 'ENV' && /\bNVIDIA_VISIBLE_DEVICES\b/.test(args),
    );
  });
  return asks ? 'GPU' : 'CPU';
}
