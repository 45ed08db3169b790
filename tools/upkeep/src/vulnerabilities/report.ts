import { markdownTable, textTable } from '../tell.ts';
import { ALLOWED_FILE } from './allowed.ts';
import { packageKey } from './asked.ts';
import { open, updateCommand, type Audit, type Vulnerability } from './audit.ts';

/** The audit for a terminal: what can be mended first, then a line for each package that nothing mends yet. Pure. */
export function auditText(audited: Audit): string {
  const found = open(audited);
  const mendable = found
    .filter(hasFix)
    .map((one) =>
      [
        `${one.id}  ${one.name} ${one.version}  severity ${one.severity}  mended in ${one.fixed ?? ''}`,
        ...(one.summary === '' ? [] : [`  ${one.summary}`]),
        `  in ${whereText(one)}`,
        `  ${one.link}`,
        `  mend: ${one.mend}`,
      ].join('\n'),
    );
  const waiting = packagesOf(found.filter((one) => !hasFix(one))).map((all) => [
    `  ${all[0].name} ${all[0].version}`,
    all.map(({ id }) => id).join(' '),
    `in ${whereText(all[0])}`,
  ]);
  const borne = audited.vulnerabilities.flatMap(({ id, name, allowed }) =>
    allowed === undefined ? [] : [[`  ${id}`, name, `until ${allowed.until}`, allowed.reason]],
  );
  const command = updateCommand(audited);
  return [
    ...mendable,
    ...(waiting.length === 0 ? [] : [`${WAITING}:\n${textTable(waiting)}\n  mend: ${BEAR}`]),
    ...staleText(audited),
    ...(borne.length === 0 ? [] : [`borne (${ALLOWED_FILE}):\n${textTable(borne)}`]),
    ...(command === undefined ? [] : [`all of PyPI that can be mended: ${command}`]),
    `${countText(found.length)}, ${String(borne.length)} borne; ${lookedText(audited)}`,
  ].join('\n\n');
}

/** The audit as an issue's text; empty where nothing is to be done. Pure. */
export function auditMarkdown(audited: Audit): string {
  const found = open(audited);
  if (found.length === 0 && audited.stale.length === 0) return '';
  const mendable = found
    .filter(hasFix)
    .map((one) => [
      `${linked(one)}${one.summary === '' ? '' : `: ${one.summary}`}`,
      ...[`${one.name} ${one.version}`, one.severity, one.fixed ?? '', whereText(one), `\`${one.mend}\``],
    ]);
  const waiting = packagesOf(found.filter((one) => !hasFix(one))).map((all) => [
    ...[`${all[0].name} ${all[0].version}`, all.map(linked).join(', '), whereText(all[0])],
  ]);
  const command = updateCommand(audited);
  const table = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] =>
    rows.length === 0 ? [] : [markdownTable([head, ...rows])];
  return [
    `${countText(found.length)} in what the images are made of; ${lookedText(audited)}.`,
    ...table(['what', 'package', 'severity', 'mended in', 'where', 'how'], mendable),
    ...(command === undefined ? [] : [`All of PyPI that can be mended, in one command:\n\n    ${command}`]),
    ...table([WAITING, 'what', 'where'], waiting),
    ...staleText(audited),
    `What does no harm here, or can't be mended yet: ${BEAR}.`,
  ].join('\n\n');
}

const WAITING = 'no version mends these yet';
const BEAR = `write it into ${ALLOWED_FILE}, a line each: ID PACKAGE YYYY-MM-DD why`;

const hasFix = ({ fixed }: Vulnerability): boolean => fixed !== undefined;

const linked = ({ id, link }: Vulnerability): string => `[${id}](${link})`;

/** Those of one package in one version together, in their order. */
function packagesOf(
  all: readonly Vulnerability[],
): readonly (readonly [Vulnerability, ...Vulnerability[]])[] {
  const groups = new Map<string, [Vulnerability, ...Vulnerability[]]>();
  for (const one of all) {
    const group = groups.get(packageKey(one));
    if (group === undefined) groups.set(packageKey(one), [one]);
    else group.push(one);
  }
  return [...groups.values()];
}

const staleText = ({ stale }: Audit): readonly string[] =>
  stale.map(({ allowance: { id, name, line }, why }) =>
    [
      `${ALLOWED_FILE}:${String(line)}: ${id} of ${name} ${why === 'expired' ? 'was borne until a day that is over' : 'is found nowhere'} (allowance-${why === 'expired' ? 'expired' : 'unused'})`,
      `  mend: ${why === 'expired' ? 'mend the vulnerability, or write a later day and why' : 'take the line out'}`,
    ].join('\n'),
  );

const lookedText = ({ looked, database, day }: Audit): string =>
  `looked up ${Object.entries(looked)
    .map(([ecosystem, count]) => `${String(count)} of ${ecosystem}`)
    .join(', ')} in ${database} on ${day}`;

const whereText = ({
  images,
  places,
  binaries,
}: Pick<Vulnerability, 'images' | 'places' | 'binaries'>): string => {
  const of = binaries === undefined ? '' : `${few(binaries)} of `;
  return images.length === 0 ? places.join(', ') : `${of}${few(images)}`;
};

/** The first of many, and how many more. */
const few = (names: readonly string[]): string =>
  names.length <= 4
    ? names.join(', ')
    : `${names.slice(0, 3).join(', ')} and ${String(names.length - 3)} more`;

const countText = (count: number): string =>
  count === 0
    ? 'no known vulnerability'
    : `${String(count)} known ${count === 1 ? 'vulnerability' : 'vulnerabilities'}`;
