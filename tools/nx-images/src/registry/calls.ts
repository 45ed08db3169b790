import { isDigest } from './manifest.ts';
import type { Subject } from './problems.ts';
import type { RegistryAddress } from './reference.ts';
import type { Call } from './session.ts';

/** A request that reads from a repository. `path` is below it, `reference` is for messages. */
export function readCall(
  { host }: RegistryAddress,
  method: 'GET' | 'HEAD',
  repository: string,
  path: string,
  reference?: string,
): Call {
  const subject = subjectOf(host, repository, reference, false);
  return { method, target: `/v2/${repository}/${path}`, scopes: [`repository:${repository}:pull`], subject };
}

/** A request that changes a repository. `right` is what tokens call the right to it. */
export function writeCall(
  { host }: RegistryAddress,
  method: 'POST' | 'PUT' | 'DELETE',
  repository: string,
  path: string,
  reference: string,
  right: 'push' | 'delete' = 'push',
): Call {
  const scopes = [`repository:${repository}:pull,${right}`];
  const subject = subjectOf(host, repository, reference, true);
  return { method, target: `/v2/${repository}/${path}`, scopes, subject };
}

function subjectOf(
  host: string,
  repository: string,
  reference: string | undefined,
  writes: boolean,
): Subject {
  const suffix = reference === undefined ? '' : isDigest(reference) ? `@${reference}` : `:${reference}`;
  return { host, name: `${host}/${repository}${suffix}`, writes };
}
