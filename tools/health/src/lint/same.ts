import type { Placed } from './rule.ts';

/**
 * Rules of several linters that say the same of an instruction, the one that tells most first.
 * Source: docs.docker.com/reference/build-checks; github.com/hadolint/hadolint, "Rules".
 */
const SAME: readonly (readonly string[])[] = [
  ['secret-in-arg-or-env', 'buildkit:SecretsUsedInArgOrEnv', 'hadolint:DL3064'],
  ['latest-tag', 'hadolint:DL3006', 'hadolint:DL3007'],
  ['apt-lists', 'hadolint:DL3009'],
  ['root-at-the-end', 'hadolint:DL3002'],
  ['buildkit:WorkdirRelativePath', 'hadolint:DL3000'],
  ['buildkit:FromPlatformFlagConstDisallowed', 'hadolint:DL3029'],
  ['buildkit:DuplicateStageName', 'hadolint:DL3024'],
  ['buildkit:JSONArgsRecommended', 'hadolint:DL3025'],
  ['buildkit:MaintainerDeprecated', 'hadolint:DL4000'],
  ['buildkit:MultipleInstructionsDisallowed', 'hadolint:DL4003', 'hadolint:DL4004'],
];

/**
 * The findings without those that another one at the same line says too: one mistake is told, and silenced, once. Of two
 * secrets in one `ENV`, one of which only one linter finds, both are told. Pure.
 */
export function withoutRepeats(findings: readonly Placed[]): readonly Placed[] {
  const howMany = (code: string, { file, line }: Placed, among = findings): number =>
    among.filter((one) => one.code === code && one.file === file && one.line === line).length;
  return findings.filter((finding, index) => {
    const nth = howMany(finding.code, finding, findings.slice(0, index));
    const group = SAME.find((codes) => codes.includes(finding.code)) ?? [finding.code];
    const better = group.slice(0, group.indexOf(finding.code));
    return !better.some((code) => howMany(code, finding) > nth);
  });
}
