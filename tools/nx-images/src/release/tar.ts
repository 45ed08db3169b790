/** A file that goes into a tar. */
export interface TarFile {
  /** At most 100 bytes. */
  readonly name: string;
  /** Bytes of the content. */
  readonly size: number;
  readonly content: () => AsyncIterable<Buffer> | Iterable<Buffer>;
}

const BLOCK = 512;
/** Larger sizes have no octal digits for them. */
const LARGEST_OCTAL = 8 ** 11 - 1;

/** The bytes of a tar of files. @throws what a content throws */
export async function* tarOf(files: readonly TarFile[]): AsyncGenerator<Buffer> {
  for (const { name, size, content } of files) {
    yield tarHeader(name, size);
    yield* content();
    yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield Buffer.alloc(2 * BLOCK);
}

/** Source: POSIX pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format", for sizes of 8 GiB and more. */
export function tarHeader(name: string, size: number): Buffer {
  if (Buffer.byteLength(name) > 100) throw new Error(`${name} is too long for a tar`);
  const header = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number): void => {
    header.write(value.toString(8).padStart(digits, '0'), at);
  };
  header.write(name, 0);
  octal(0o644, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  if (size <= LARGEST_OCTAL) octal(size, 124, 11);
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(size), 128);
  }
  octal(0, 136, 11);
  // The sum counts its own place as blanks.
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\u000000', 257);
  octal(
    header.reduce((sum, byte) => sum + byte, 0),
    148,
    6,
  );
  header[154] = 0;
  return header;
}
