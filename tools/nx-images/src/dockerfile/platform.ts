import { refuse } from './refuse.ts';

/** Other spellings of an architecture, as of github.com/containerd/platforms. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  i386: '386',
  x86_64: 'amd64',
  'x86-64': 'amd64',
  'amd64/v1': 'amd64',
  aarch64: 'arm64',
  'aarch64/v8': 'arm64/v8',
  'arm64/8': 'arm64/v8',
  armhf: 'arm',
  armel: 'arm/v6',
  'arm/7': 'arm/v7',
  'arm/6': 'arm/v6',
  'arm/5': 'arm/v5',
};

const ALONE =
  /^(386|amd64|arm|arm64|loong64|mips|mips64|mips64le|mipsle|ppc64|ppc64le|riscv64|s390x|wasm)(\/|$)/;

/**
 * A platform in its usual form: `linux/x86_64`, `amd64` → `linux/amd64`.
 * @throws ProblemError for what is none
 */
export function normalizePlatform(platform: string): string {
  const parts = platform.toLowerCase().split('/');
  const [os = '', ...rest] = parts;
  if (parts.length > 3 || parts.some((part) => !/^[a-z0-9_.-]+$/.test(part))) return unknown(platform);
  if (rest.length > 0) return `${os === 'macos' ? 'darwin' : os}/${architecture(rest.join('/'))}`;
  if (/^(linux|windows|darwin|macos)$/.test(os)) return normalizePlatform(`${os}/amd64`);
  return ALONE.test(architecture(os)) ? `linux/${architecture(os)}` : unknown(platform);
}

const architecture = (name: string): string => ARCHITECTURES[name] ?? name;

const unknown = (platform: string): never =>
  refuse('platform', `"${platform}" is no platform`, 'write os/architecture, as linux/amd64');

/**
 * The ARGs that FROM sees without a declaration. The builder's platform is taken to be the target's, so that
 * what is read doesn't depend on the machine.
 * @param target the name of the last stage, if it has one
 */
export function platformArgs(platform: string, target: string | undefined): ReadonlyMap<string, string> {
  const [os = '', arch = '', variant = ''] = normalizePlatform(platform).split('/');
  const of = (side: string): [string, string][] => [
    [`${side}PLATFORM`, normalizePlatform(platform)],
    [`${side}OS`, os],
    [`${side}OSVERSION`, ''],
    [`${side}ARCH`, arch],
    [`${side}VARIANT`, variant],
  ];
  return new Map([...of('BUILD'), ...of('TARGET'), ['TARGETSTAGE', target ?? 'default']]);
}
