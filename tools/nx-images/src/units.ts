/** `12.3 MB` */
export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Tells of bytes as they are done: a line each time that a hundredth more is, and at the end. */
export function progressOf(
  total: number,
  verb: string,
  say: (line: string) => void,
): (bytes: number, what: string) => void {
  let done = 0;
  let told = 0;
  return (bytes, what) => {
    done += bytes;
    if (done < total && done - told < total / 100) return;
    told = done;
    say(`  ${verb} ${megabytes(done)} of ${megabytes(total)}: ${what}`);
  };
}
