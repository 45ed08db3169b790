import type { SeenRequest } from './registry-proxy.ts';

type Requests = readonly SeenRequest[];

/** What Nx's own cache entries do is not what images do. */
const ofImages = (requests: Requests): Requests => requests.filter(({ path }) => !/\/nx-cache\//.test(path));

/** The requests for images that change a registry: `PUT /v2/…`. */
export const writesIn = (requests: Requests): readonly string[] =>
  ofImages(requests)
    .filter(({ method }) => method !== 'GET' && method !== 'HEAD')
    .map(({ method, path }) => `${method} ${path}`);

/** The blobs of images that were sent, each as often as it was. */
export const sentBlobs = (
  requests: Requests,
): readonly { readonly digest: string; readonly bytes: number }[] =>
  ofImages(requests).flatMap(({ method, path, status, bytesIn: bytes }) => {
    const digest = new URLSearchParams(path.replace(/^[^?]*/, '')).get('digest');
    return method === 'PUT' && status === 201 && digest !== null ? [{ digest, bytes }] : [];
  });

/** The digests of the blobs of images that were fetched. */
export const fetchedBlobs = (requests: Requests): readonly string[] =>
  ofImages(requests).flatMap(({ method, path, status }) =>
    method === 'GET' && status === 200 ? (/\/blobs\/(sha256:[0-9a-f]+)$/.exec(path)?.slice(1) ?? []) : [],
  );

/** Bytes of the blobs of images that were fetched. */
export const fetchedBytes = (requests: Requests): number =>
  ofImages(requests)
    .filter(({ method, path }) => method === 'GET' && path.includes('/blobs/'))
    .reduce((sum, { bytesOut }) => sum + bytesOut, 0);

/** The manifests that were put: `REPOSITORY:TAG`, sorted. */
export const putManifests = (requests: Requests): readonly string[] =>
  ofImages(requests)
    .flatMap(({ method, path, status }) => {
      const [, repository, tag] = /^\/v2\/(.*)\/manifests\/(.*)$/.exec(path) ?? [];
      return method === 'PUT' && status === 201 && tag !== undefined ? [`${repository ?? ''}:${tag}`] : [];
    })
    .sort();
