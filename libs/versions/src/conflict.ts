import type { Problem } from '@cp-whisperx-app/problem';
import type { Distribution } from './lock.ts';
import type { LockPlan } from './plan.ts';
import { normalName, versionsFile } from './versions.ts';
import type { Versions } from './versions.ts';

/** An image of the chain with what its lock holds. */
export interface Layer {
  readonly image: string;
  readonly distributions: readonly Distribution[];
}

/**
 * Turns uv's reason into a problem that says in one sentence who asks for what and who has what, e.g.
 * "asr asks for numpy==1.26.4, but its base base-cpu has numpy 2.0.2".
 * @param chain what the image stands on
 */
export function conflictProblem(
  plan: LockPlan,
  chain: readonly Layer[],
  versions: Versions,
  reason: string,
): Problem {
  const source = /(\S+?)==\S+ has no usable wheels/.exec(reason)?.[1];
  if (source !== undefined) {
    return {
      ...problem(plan, `${plan.name} comes to ${source}, which has no wheel`, undefined, reason),
      mend: `add "# sdist-only: ${source} <why>" to ${versionsFile}, or pin a release with a wheel; then npx nx sync`,
    };
  }
  const [, absent, version] = /there is no version of (\S+?)==([\w.!+-]*\w)/.exec(reason) ?? [];
  if (absent !== undefined && version !== undefined) {
    const line = plan.requirements.direct.find(({ name }) => name === normalName(absent))?.line;
    const sentence = `${plan.name} asks for ${absent} ${version}, which the index does not have up to ${versions.excludeNewer}`;
    return problem(plan, sentence, line, reason);
  }
  const held = [
    ...chain.flatMap(({ image, distributions }) =>
      distributions.map(({ name, version }) => ({
        name,
        version,
        has: `its base ${image} has`,
      })),
    ),
    ...[...versions.pins.values()].map(({ name, version }) => ({
      name,
      version,
      has: `${versionsFile} pins`,
    })),
  ];
  for (const { name, version, has } of held) {
    if (!pattern(name, `==${escape(version)}(?![\\w.])`).test(reason)) continue;
    const asked = askedFor(plan, name, version, reason);
    if (asked === undefined) continue;
    return problem(
      plan,
      `${plan.name} asks for ${asked.text}, but ${has} ${name} ${version}`,
      asked.line,
      reason,
    );
  }
  const line = plan.requirements.direct.find(({ name }) => pattern(name, '').test(reason))?.line;
  return problem(plan, `${plan.name} asks for what can't be had together`, line, reason);
}

/** Who asks for another version of `name` than `version`: a line of the image's own, or a package it asks for. */
function askedFor({ requirements }: LockPlan, name: string, version: string, reason: string) {
  const own = requirements.direct.find((one) => one.name === name && /[<>=!~]/.test(one.text));
  if (own !== undefined && own.text !== `${name}==${version}`) return own;
  const needs = new RegExp(
    `(\\S+) depends on ${spelled(name)}(?:\\{[^}]*\\})?([<>=!~][^\\s]*[^\\s,.])`,
    'i',
  ).exec(reason);
  if (needs?.[1] === undefined || needs[2] === undefined) return undefined;
  const asker = /^[\w.-]+?(?=[=<>!~[{]|$)/.exec(needs[1])?.[0] ?? needs[1];
  const direct = requirements.direct.find((one) => one.name === normalName(asker));
  return {
    text: `${needs[1]}, which needs ${name}${needs[2]}`,
    line: direct?.line,
  };
}

function problem({ source }: LockPlan, sentence: string, line: number | undefined, reason: string): Problem {
  return {
    code: 'conflict',
    message: `${sentence}\n  uv: ${reason}`,
    file: source,
    line,
    mend: `change ${source} or ${versionsFile}, then npx nx sync`,
  };
}

const escape = (text: string) => text.replace(/[.+*!]/g, '\\$&');
const spelled = (name: string) => name.replaceAll('-', '[-_.]');
const pattern = (name: string, after: string) =>
  new RegExp(`(?<![\\w.-])${spelled(name)}(?:\\{[^}]*\\})?${after}`, 'i');
