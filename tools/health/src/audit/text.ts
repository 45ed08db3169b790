import { formatProblem } from '@cp-whisperx-app/problem';
import type { AuditRecord } from './record.ts';

/** `12.3 MB`, `4 B`; decimal units. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** What an audit says to a person: its layers, what is big, what is wrong. Pure. */
export function auditText(record: AuditRecord): string {
  const { name, layers, shared, root, findings } = record;
  const total = (part: AuditRecord['layers']): number => part.reduce((sum, { bytes }) => sum + bytes, 0);
  const hidden = layers.reduce((sum, { hides }) => sum + hides, 0);
  const packages = layers.reduce((sum, { distributions }) => sum + distributions.length, 0);
  const rows = layers.map((layer, index) => [
    `${index + 1}`,
    size(layer.bytes),
    layer.hides === 0 ? '' : size(layer.hides),
    `${layer.files}`,
    layer.distributions.length === 0 ? '' : `${layer.distributions.length}`,
    index < root
      ? '(root image)'
      : `${layer.createdBy ?? ''}${index < shared ? '' : `   ${layer.place ?? ''}`}`,
  ]);
  const own = layers.slice(shared);
  const biggest = own.flatMap((layer) => layer.biggest).toSorted((a, b) => b.bytes - a.bytes);
  return [
    `${name}: ${layers.length} layers, ${size(total(layers))}, ${size(total(own))} of them its own, ${size(hidden)} hidden; ${packages} Python packages`,
    ...aligned([['layer', 'bytes', 'hides', 'files', 'packages', 'made by'], ...rows]),
    ...(biggest.length === 0 ? [] : ['  its biggest files']),
    ...aligned(biggest.slice(0, 5).map(({ path, bytes }) => [size(bytes), path])),
    ...findings.map((finding) => `\n${findingText(finding)}`),
  ].join('\n');
}

/** A finding: the problem, and why the rule is. */
const findingText = (finding: AuditRecord['findings'][number]): string => {
  const lines = formatProblem(finding).split('\n');
  return [...lines.slice(0, -1), `  reason: ${finding.reason}`, ...lines.slice(-1)].join('\n');
};

/** Rows with columns under each other: to the right, but for the last one. */
export function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => (column === row.length - 1 ? cell : cell.padStart(widths[column] ?? 0))).join('  ')}`.trimEnd(),
  );
}
