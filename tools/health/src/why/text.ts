import { lasting } from '@cp-whisperx-app/pipeline/words';
import type { Cause } from './causes.ts';
import type { Facts, Verdict } from './verdict.ts';

/** Why an image would be built, or was, for a person. Pure. */
export function whyText(facts: Facts, { does, since, causes, past }: Verdict): string {
  const { plan, place, elsewhere, missing } = facts;
  const { name } = plan;
  const lines: string[] = [];
  if (does === 'nothing') {
    lines.push(`Nothing to do: ${name} is in the ${place} with the key of its sources, ${keyTag(plan.key)}.`);
    if (since !== undefined && since !== plan.key)
      lines.push(
        `Its record here is an older one, of ${keyTag(since)}; since then:`,
        ...causeLines(causes, since),
      );
    if (past !== undefined) {
      const when = `It was built in ${lasting(past.build.seconds)} by ${past.build.by}`;
      if (past.since === undefined) lines.push(`${when}: there was no image of that name before.`);
      else
        lines.push(`${when}, because since ${keyTag(past.since)}:`, ...causeLines(past.causes, past.since));
    }
    return lines.join('\n');
  }
  const would = does === 'bring' ? `would be brought from ${elsewhere ?? ''}` : 'would be built';
  if (since === undefined)
    lines.push(
      `${name} ${would}: it was never built or found here, there is no record of it and no image of its name.`,
    );
  else if (since === plan.key)
    lines.push(
      `${name} ${would}: nothing moved since ${keyTag(since)}, but no image of that key is in the ${place}.`,
    );
  else
    lines.push(
      `${name} ${would}: it is ${keyTag(plan.key)} now, because since ${keyTag(since)}:`,
      ...causeLines(causes, since),
    );
  if (does === 'build' && missing.length > 0) lines.push(`Built before it: ${missing.join(', ')}.`);
  lines.push(`To ${does} it: npx nx run ${name}:docker-build`);
  return lines.join('\n');
}

const keyTag = (key: string): string => `key-${key.slice(0, 12)}`;

function causeLines(causes: readonly Cause[] | undefined, since: string): string[] {
  if (causes === undefined)
    return [
      `  what ${keyTag(since)} was made from is not recorded on this machine, so what moved can't be told`,
    ];
  const rows = causes.map((cause) => [cause.what, howOf(cause), values(cause)] as const);
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return causes.flatMap((cause, index) => {
    const [what = '', how = '', change = ''] = rows[index] ?? [];
    const line = `  ${what.padEnd(widths[0] ?? 0)}  ${how.padEnd(widths[1] ?? 0)}  ${change}`;
    return [line.trimEnd(), `    ${ofWhat(cause)}`];
  });
}

const howOf = ({ was, now }: Cause): string =>
  was === undefined ? 'new' : now === undefined ? 'gone' : 'changed';

const values = ({ was, now }: Cause): string =>
  was !== undefined && now !== undefined ? `${was} → ${now}` : (now ?? was ?? '');

function ofWhat({ through, base }: Cause): string {
  const [image = '', ...moved] = through;
  const so = moved.length === 0 ? '' : `, and so of ${moved.join(', ')}`;
  const unknown = base === undefined ? '' : '; what moved in it is not recorded on this machine';
  return `an input of ${image}${so}${unknown}`;
}
