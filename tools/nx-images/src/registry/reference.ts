import { ProblemError } from '@cp-whisperx-app/problem';
import { isReference } from '../dockerfile/index.ts';
import { canonicalReference } from '../model/image-name.ts';

/** Where images are kept, of a setting such as `ghcr.io/acme` or `127.0.0.1:5000`. */
export interface RegistryAddress {
  /** Name or IP address, with the port where it has one: `ghcr.io`, `127.0.0.1:5000`. */
  readonly host: string;
  /** What the names of all repositories begin with: `''` or `acme/team`. */
  readonly prefix: string;
}

/**
 * Reads the setting that names a registry: `HOST[:PORT][/PATH]`, without a scheme, as in the name of an image; a slash
 * may end it.
 * @throws ProblemError `bad-registry`
 */
export function parseRegistry(text: string): RegistryAddress {
  const address = addressOf(text);
  if (address !== undefined) return address;
  throw new ProblemError({
    code: 'bad-registry',
    message: `"${withoutUser(text, '…@')}" is no address of a registry`,
    mend: mendOf(text),
  });
}

function addressOf(text: string): RegistryAddress | undefined {
  const address = text.replace(/\/$/, '');
  const [first = '', ...path] = address.split('/');
  if (!isHost(first) || !URL.canParse(`https://${first}`) || !isReference(`${address}/x`)) return undefined;
  return { host: first === 'index.docker.io' ? 'docker.io' : first, prefix: path.join('/') };
}

/** What stands before the last `@` may be a password, which may have any character. */
const withoutUser = (text: string, instead: string): string => text.replace(/^.*@/s, instead);

function mendOf(text: string): string {
  const bare = withoutUser(text.replace(SCHEME, ''), '');
  const host = addressOf(bare)?.host;
  if (host === undefined)
    return 'write HOST[:PORT][/PATH] without a scheme, the path in lower case: docker.io/acme, registry.example:5000';
  const scheme = SCHEME.test(text) ? `leave out the scheme: ` : '';
  return text.includes('@')
    ? `${scheme}write ${bare}, and give name and password to: docker login ${host}`
    : `${scheme}write ${bare}`;
}

const SCHEME = /^[a-z][a-z\d+.-]*:\/\//i;

/**
 * The repository of an image in a registry: the registry's prefix and the image's own path, whose host, if it has one,
 * is replaced. `rajiup/app-asr:cuda` in `127.0.0.1:5000/t` → `t/rajiup/app-asr`.
 */
export function repositoryIn({ host, prefix }: RegistryAddress, image: string): string {
  const name = canonicalReference(image).replace(/@.*$/, '');
  const [first = '', ...rest] = name.replace(/:[^:/]*$/, '').split('/');
  const path = rest.length > 0 && isHost(first) ? rest : [first, ...rest];
  const repository = [...(prefix === '' ? [] : [prefix]), ...path].join('/');
  // Docker Hub keeps `alpine` as `library/alpine`.
  return host === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository;
}

/** The registry that an image's own name leads to: Docker Hub where it has no host. @throws ProblemError `bad-registry` */
export function registryOf(image: string): RegistryAddress {
  const [first = '', ...rest] = image.split('/');
  return parseRegistry(rest.length > 0 && isHost(first) ? first : 'docker.io');
}

/** The host that answers for a registry: that of `docker.io` has a name of its own. */
export const apiHost = (host: string): string => (host === 'docker.io' ? 'registry-1.docker.io' : host);

/** Whether a host (with or without a port) is this machine. Docker speaks plain http to these. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/.test(host);
}

/** What comes first in a name is a host only when it looks like one. Source: github.com/distribution/reference, splitDockerDomain. */
const isHost = (first: string): boolean => /[.:]/.test(first) || first === 'localhost';
