import type { NxJsonConfiguration, PreTasksExecution } from '@nx/devkit';
import { PLACE_VARIABLES, type ImagesOptions } from '../options.ts';
import type { Registry } from '../registry/client.ts';
import { openRegistries } from '../registry/open.ts';
import { optionsOf } from '../workspace.ts';
import { cacheRepository, RegistryStore } from './registry-store.ts';
import { ServerStore, type NamedServer } from './server-store.ts';
import { CacheServer, reasonOf, warning } from './server.ts';
import type { CacheStore } from './store.ts';

const SERVER = 'NX_SELF_HOSTED_REMOTE_CACHE_SERVER';
const TOKEN = 'NX_SELF_HOSTED_REMOTE_CACHE_ACCESS_TOKEN';

type Environment = Record<string, string | undefined>;

/** What the server of a run stands in front of. */
interface Backend {
  /** The same for the same stores. */
  readonly key: string;
  /** Undefined where they are registries. */
  readonly named: NamedServer | undefined;
  readonly stores: () => readonly CacheStore[];
}

/** One a backend. Under the daemon runs overlap in one process, so that none is ever closed. */
const servers = new Map<string, Promise<CacheServer>>();
/** What they stand in front of, by URL: the environment of a later run may name one. */
const named = new Map<string, NamedServer | undefined>();

/**
 * Before a run: looks whether the registries answer, and lends Nx a cache server for the run, which keeps entries in them
 * or passes them on to the server that the user named. Neither failing fails the run.
 * @throws ProblemError for options that are wrong
 */
export const preTasksExecution: PreTasksExecution = async (_options, { nxJsonConfiguration: nxJson }) => {
  // Nx tells the processes of this run what is set here; by then another run may have put its own in the place of it.
  const env = process.env;
  env[PLACE_VARIABLES.down] = '';
  const options = optionsOf(nxJson);
  const registries = openRegistries(options.registry);
  const answering = await ask(registries, options.publish, env);
  // A worker of Nx's ends with whichever run ends first, and a server in it.
  if ('NX_PLUGIN_WORKER' in globalThis || usesNxCloud(nxJson, env)) return;
  const backend = userServer(env) ?? registryBackend(answering, options);
  if (backend === undefined) return;
  const server = await serverOf(backend);
  server.reset();
  env[SERVER] = server.url;
  env[TOKEN] = server.token;
  reachLoopback(env);
};

/**
 * Those of the registries that answer. The user is told of those that don't, and the executors where none does. Where
 * the results must go to the first it is theirs to tell.
 */
async function ask(
  registries: readonly Registry[],
  publish: boolean,
  env: Environment,
): Promise<readonly Registry[]> {
  const failures = new Map<Registry, unknown>();
  await Promise.all(
    registries.map((registry) => registry.ping().catch((error: unknown) => failures.set(registry, error))),
  );
  const [first] = registries;
  if (first === undefined || (publish && failures.has(first))) return [];
  for (const error of failures.values()) console.warn(warning(error, 'this run goes on without it'));
  if (failures.size === registries.length) env[PLACE_VARIABLES.down] = reasonOf(failures.get(first));
  return registries.filter((registry) => !failures.has(registry));
}

/** The server that the user named: not the one of this process that may stand in the environment in its place. */
function userServer(env: Environment): Backend | undefined {
  const url = env[SERVER];
  if (!url) return undefined;
  const server = named.has(url) ? named.get(url) : { url, token: env[TOKEN] };
  return server && { key: JSON.stringify(server), named: server, stores: () => [new ServerStore(server)] };
}

function registryBackend(
  registries: readonly Registry[],
  { imageName, publish }: ImagesOptions,
): Backend | undefined {
  if (registries.length === 0) return undefined;
  const places = registries.map((registry) => ({
    registry,
    repository: cacheRepository(registry.address, imageName),
  }));
  return {
    key: JSON.stringify([
      publish,
      ...places.map(({ registry, repository }) => [registry.address.host, repository]),
    ]),
    named: undefined,
    stores: () => places.map(({ registry, repository }) => new RegistryStore(registry, repository, publish)),
  };
}

async function serverOf({ key, named: server, stores }: Backend): Promise<CacheServer> {
  const started =
    servers.get(key) ??
    CacheServer.start(stores(), (line) => {
      console.warn(line);
    });
  servers.set(key, started);
  const { url } = await started;
  named.set(url, server);
  return started;
}

/** Nx ignores the environment's cache server where it is connected to its own cloud. */
const usesNxCloud = (nxJson: NxJsonConfiguration, env: Environment): boolean =>
  env['NX_NO_CLOUD'] !== 'true' &&
  nxJson.neverConnectToCloud !== true &&
  [
    env['NX_CLOUD_AUTH_TOKEN'],
    env['NX_CLOUD_ACCESS_TOKEN'],
    nxJson.nxCloudAccessToken,
    nxJson.nxCloudId,
  ].some(Boolean);

/** Nx's client would ask a proxy even for this machine. */
function reachLoopback(env: Environment): void {
  if (!['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => env[name])) return;
  const direct = [env['NO_PROXY'] ?? env['no_proxy'] ?? ''].filter((hosts) => hosts !== '');
  env['NO_PROXY'] = [...direct, '127.0.0.1'].join();
}
