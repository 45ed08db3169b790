import type { AuditRecord } from '../../audit/record.ts';

interface Given {
  readonly name?: string;
  readonly key?: string;
  readonly shared?: number;
  readonly layers: readonly (readonly [
    step: string,
    bytes: number,
    packages: Readonly<Record<string, readonly [string, number]>>,
  ])[];
}

/** The audit of an image with these layers. */
export const recordOf = ({ name = 'x', key = 'key', shared = 0, layers }: Given): AuditRecord => ({
  schema: 1,
  name,
  image: `family-${name}:cpu`,
  key,
  layers: layers.map(([createdBy, bytes, packages]) => ({
    diffId: 'sha256:0',
    createdBy,
    files: 1,
    bytes,
    hides: 0,
    whiteouts: 0,
    setuid: [],
    distributions: Object.entries(packages).map(([one, [version, size]]) => ({
      name: one,
      version,
      folder: 'opt',
      bytes: size,
    })),
    biggest: [],
  })),
  shared,
  root: 0,
  findings: [],
});
