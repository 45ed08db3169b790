import { ProblemError } from '@cp-whisperx-app/problem';
import { parseJson } from '@nx/devkit';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { minimatch } from 'minimatch';
import { optionsOf, planWorkspace, PLUGIN, readWorkspace } from '../workspace.ts';
import { readRelease, RELEASES } from './files.ts';
import { checkOut, commitsOf, type Commit } from './git.ts';
import { namesText, sourceOfPlans, sourceOfRelease, type Source } from './needs.ts';

/** What branches need, and those of which it can't be told. */
export interface BranchNeeds {
  readonly sources: readonly Source[];
  readonly unreadable: readonly { readonly name: string; readonly why: string }[];
}

/** All releases of a workspace's own folder. */
export const ALL_RELEASES: readonly string[] = [`${RELEASES}/*.json`];

/**
 * What the sources and the releases of branches need, planned as of now: with this plugin and this environment.
 * @param refs undefined: all branches
 * @throws ProblemError as `commitsOf`
 */
export async function branchNeeds(root: string, refs: readonly string[] | undefined): Promise<BranchNeeds> {
  const sources: Source[] = [];
  const unreadable: BranchNeeds['unreadable'][number][] = [];
  for (const commit of await commitsOf(root, refs)) {
    const name = namesText(commit.names);
    try {
      sources.push(...(await sourcesAt(root, commit, name)));
    } catch (error) {
      // Whatever an older layout leads to, it is a reason to be careful, not to stop.
      unreadable.push({ name, why: reasonOf(error) });
    }
  }
  return { sources, unreadable };
}

/** What releases need. @param patterns paths; the last part may have wildcards @throws ProblemError */
export const releaseSources = (root: string, patterns: readonly string[]): readonly Source[] =>
  patterns
    .flatMap((pattern) => matching(root, pattern))
    .map((file) => sourceOfRelease(file, readRelease(root, file)));

async function sourcesAt(root: string, { commit }: Commit, name: string): Promise<readonly Source[]> {
  const folder = await mkdtemp(join(tmpdir(), 'nx-images-branch-'));
  try {
    const there = await checkOut(root, commit, folder);
    const releases = releaseSources(there, ALL_RELEASES).map((source) => ({
      ...source,
      name: `${source.name} of ${name}`,
    }));
    return [...planAt(there, name), ...releases];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function planAt(root: string, name: string): readonly Source[] {
  const nxJson = readNxJson(root);
  // Without this plugin nothing was ever built by a key.
  if (nxJson === undefined) return [];
  const options = optionsOf(nxJson);
  const dockerfiles = filesOf(root).filter((path) => minimatch(path, options.dockerfiles));
  const plans = planWorkspace(readWorkspace(root, dockerfiles, options));
  return [sourceOfPlans(name, plans.values())];
}

/** The nx.json there; undefined where it is sure that it does not have this plugin. @throws in any doubt */
function readNxJson(root: string): Parameters<typeof optionsOf>[0] | undefined {
  const file = join(root, 'nx.json');
  if (!existsSync(file)) {
    if (!filesOf(root).some((path) => basename(path) === 'nx.json')) return undefined;
    throw new Error('its nx.json is elsewhere, or a link that leads nowhere');
  }
  const nxJson: unknown = parseJson(readFileSync(file, 'utf8'));
  if (typeof nxJson !== 'object' || nxJson === null || Array.isArray(nxJson))
    throw new Error('its nx.json is no object');
  const { plugins = [] } = nxJson as { plugins?: readonly (string | { plugin: string })[] };
  const names = plugins.map((entry) => (typeof entry === 'string' ? entry : entry.plugin));
  if (names.includes(PLUGIN)) return nxJson;
  if (names.some((name) => typeof name !== 'string'))
    throw new Error('its nx.json has a plugin without a name');
  if (JSON.stringify(nxJson).includes('nx-images'))
    throw new Error(`its nx.json has this plugin under another name than ${PLUGIN}`);
  return undefined;
}

const filesOf = (root: string): readonly string[] =>
  readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));

function matching(root: string, pattern: string): readonly string[] {
  if (!/[*?[{]/.test(pattern)) return [pattern];
  const folder = dirname(pattern);
  const path = join(root, folder);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(path)
    .filter((name) => minimatch(name, basename(pattern)))
    .sort()
    .map((name) => `${folder}/${name}`);
}

const reasonOf = (error: unknown): string =>
  error instanceof ProblemError
    ? (error.problems[0]?.message ?? '')
    : error instanceof Error
      ? error.message
      : String(error);
