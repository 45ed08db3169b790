import { execFile } from 'node:child_process';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';

interface RegistryConfig {
  readonly InsecureRegistryCIDRs?: readonly string[] | null;
  readonly IndexConfigs?: Readonly<Record<string, { readonly Secure?: boolean }>> | null;
}

/**
 * Whether the engine may speak plain http to a host: it is in its `insecure-registries`, by name or by network.
 * Source: github.com/moby/moby, registry/config.go, `isSecureIndex`.
 */
export async function isInsecure(host: string): Promise<boolean> {
  const { IndexConfigs, InsecureRegistryCIDRs } = await registryConfig();
  const named = IndexConfigs?.[host]?.Secure;
  if (named !== undefined) return !named;
  const networks = new BlockList();
  for (const network of InsecureRegistryCIDRs ?? []) {
    const [address = '', bits] = network.split('/');
    if (isIP(address) !== 0) networks.addSubnet(address, Number(bits), isIP(address) === 6 ? 'ipv6' : 'ipv4');
  }
  const { hostname } = new URL(`http://${host}`);
  const addresses = await lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }).catch(() => []);
  return addresses.some(({ address, family }) => networks.check(address, family === 6 ? 'ipv6' : 'ipv4'));
}

/** Empty where no engine answers. */
function registryConfig(): Promise<RegistryConfig> {
  return new Promise((resolve) => {
    execFile('docker', ['info', '--format', '{{json .RegistryConfig}}'], { timeout: 10_000 }, (_, stdout) => {
      try {
        resolve((JSON.parse(stdout) as RegistryConfig | null) ?? {});
      } catch {
        resolve({});
      }
    });
  });
}
