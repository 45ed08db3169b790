import { ProblemError } from '@cp-whisperx-app/problem';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What the root under the images is. */
export interface RootFacts {
  /** `Debian 12` */
  readonly system: string;
  /** `Python 3.11`, and the whole version. */
  readonly python: string;
  readonly pythonVersion: string;
}

/** What torch in an image was built for. */
export interface TorchFacts {
  readonly version: string;
  /** `12.6` */
  readonly cuda: string;
  /** `sm_50 sm_90` */
  readonly flags: string;
}

const ROOT =
  '. /etc/os-release; echo "$ID $VERSION_ID"; exec python -c "import platform; print(platform.python_version())"';

// torch.cuda.get_arch_list() is empty on a machine without a GPU; this is what it reads.
const TORCH =
  'import torch; print(torch.__version__, torch.version.cuda, torch._C._cuda_getArchFlags(), sep="\\n")';

/** Asks an image that stands on the root. @throws ProblemError `image-silent` */
export async function askRoot(reference: string): Promise<RootFacts> {
  const [system = '', pythonVersion = ''] = await inImage(reference, ['sh', '-c', ROOT]);
  return {
    system: system.replace(/^./, (letter) => letter.toUpperCase()),
    python: `Python ${pythonVersion.replace(/\.\d+$/, '')}`,
    pythonVersion,
  };
}

/** Asks an image that has torch. @throws ProblemError `image-silent` */
export async function askTorch(reference: string): Promise<TorchFacts> {
  const [version = '', cuda = '', flags = ''] = await inImage(reference, ['python', '-c', TORCH]);
  return { version, cuda, flags };
}

async function inImage(
  reference: string,
  [program = '', ...args]: readonly string[],
): Promise<readonly string[]> {
  const options = ['run', '--rm', '--network=none', '--read-only', '--tmpfs=/tmp', `--entrypoint=${program}`];
  try {
    const { stdout } = await promisify(execFile)('docker', [...options, reference, ...args]);
    return stdout.trim().split('\n');
  } catch (error) {
    throw new ProblemError({
      code: 'image-silent',
      message: `${reference} does not say what is in it: ${error instanceof Error ? error.message.trim() : ''}`,
      mend: `docker run --rm --entrypoint ${program} ${reference} --version, and see what it says`,
    });
  }
}
