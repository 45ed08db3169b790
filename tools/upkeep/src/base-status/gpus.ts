/** How far a build of CUDA code runs on a generation of GPUs. */
export interface Coverage {
  readonly name: string;
  readonly example: string;
  /** `partly`: on some of its capabilities. */
  readonly runs: 'yes' | 'partly' | 'no';
}

interface Generation {
  readonly name: string;
  readonly capabilities: readonly string[];
  readonly 'such as': string;
}

/**
 * Which generations a build runs on. Code for `sm_XY` runs on capabilities of the same major and no lower minor number;
 * code for `compute_XY` is compiled by the driver for any that is no lower; a letter behind (`sm_90a`) ties it to that one.
 * Source: NVIDIA's CUDA C++ Programming Guide, "Binary Compatibility" and "PTX Compatibility".
 * @param flags as torch tells them: `sm_50 sm_86 compute_90`
 */
export function coverage(flags: string, generations: readonly Generation[]): readonly Coverage[] {
  const codes = [...flags.matchAll(/\b(sm|compute)_(\d+)(\d)([a-z]?)(?!\w)/g)].map(
    ([, kind, major = '', minor = '', tied]) => ({
      binary: kind === 'sm',
      tied: tied !== '',
      major: Number(major),
      minor: Number(minor),
    }),
  );
  const runsOn = (capability: string): boolean => {
    const [major = 0, minor = 0] = capability.split('.').map(Number);
    return codes.some((code) => {
      if (code.tied) return code.major === major && code.minor === minor;
      if (code.binary) return code.major === major && code.minor <= minor;
      return code.major < major || (code.major === major && code.minor <= minor);
    });
  };
  return generations.map(({ name, capabilities, 'such as': example }) => {
    const good = capabilities.filter(runsOn).length;
    return { name, example, runs: good === 0 ? 'no' : good === capabilities.length ? 'yes' : 'partly' };
  });
}
