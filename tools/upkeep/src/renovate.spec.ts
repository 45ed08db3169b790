import { versionsOf, versionsFile } from '@cp-whisperx-app/versions';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

/** What these tests read of the configuration; the rest is for renovate-config-validator. */
interface Config {
  readonly enabledManagers: readonly string[];
  readonly customManagers: readonly {
    readonly managerFilePatterns: readonly string[];
    readonly matchStrings: readonly string[];
    readonly datasourceTemplate: string;
    readonly versioningTemplate?: string;
  }[];
  readonly customDatasources: Readonly<Record<string, unknown>>;
  readonly packageRules: readonly {
    readonly matchFileNames?: readonly string[];
    readonly matchManagers?: readonly string[];
    readonly matchPackageNames?: readonly string[];
    readonly allowedVersions?: string;
  }[];
}

const workspace = resolve(import.meta.dirname, '../../..');
const read = (file: string): string => readFileSync(join(workspace, file), 'utf8');
const config = JSON.parse(read('renovate.json')) as Config;
const versions = versionsOf(read);

/** What Renovate finds in versions.txt with one datasource. Its flag is `g` alone: `^` is the start of the file, not of a line. */
const found = (datasource: string): readonly Readonly<Record<string, string | undefined>>[] =>
  config.customManagers
    .filter(({ datasourceTemplate }) => datasourceTemplate === datasource)
    .flatMap(({ matchStrings }) => matchStrings)
    .flatMap((pattern) => [...read(versionsFile).matchAll(new RegExp(pattern, 'g'))])
    .map(({ groups }) => ({ ...groups }));

test('the patterns find the file', () => {
  for (const { managerFilePatterns } of config.customManagers)
    expect(managerFilePatterns.map((pattern) => new RegExp(pattern.slice(1, -1)).test(versionsFile))).toEqual(
      [true],
    );
});

test('each pin of versions.txt is found once, and nothing else', () => {
  const name = (text = ''): string => text.toLowerCase().replace(/[-_.]+/g, '-');
  expect(found('pypi').map(({ depName, currentValue }) => `${name(depName)} ${currentValue ?? ''}`)).toEqual(
    [...versions.pins.values()].map((pin) => `${pin.name} ${pin.version}`),
  );
});

test('root, builder and the date of the archive are found once each', () => {
  expect(
    found('docker').map(({ depType, depName, currentValue, currentDigest }) => [
      depType,
      `${depName ?? ''}:${currentValue ?? ''}@${currentDigest ?? ''}`,
    ]),
  ).toEqual([
    ['root', versions.root],
    ['builder', versions.builder],
  ]);
  expect(found('custom.debian-snapshot')).toEqual([
    { depName: 'debian-snapshot', currentValue: versions.debianSnapshot },
  ]);
});

test('dates of the archive are versions, in the order of time', () => {
  const manager = config.customManagers.find(({ datasourceTemplate }) =>
    datasourceTemplate.startsWith('custom.'),
  );
  const form = new RegExp(manager?.versioningTemplate?.replace(/^regex:/, '') ?? 'none');
  expect({ ...form.exec('20251120T083000Z')?.groups }).toEqual({
    ...{ major: '2025', minor: '11', patch: '20', build: '083000' },
  });
  expect(Object.keys(config.customDatasources).map((name) => `custom.${name}`)).toEqual([
    manager?.datasourceTemplate,
  ]);
});

test('Dockerfiles are left to nx sync', () => {
  expect(config.enabledManagers.filter((manager) => /docker/.test(manager))).toEqual([]);
});

const npm = JSON.parse(read('package.json')) as {
  readonly devDependencies: Readonly<Record<string, string>>;
};

test('each rule is about packages that there are, and holds back none that is already there', () => {
  const pypi = found('pypi').map(({ depName = '' }) => depName);
  for (const {
    matchFileNames,
    matchManagers,
    matchPackageNames = [],
    allowedVersions,
  } of config.packageRules) {
    const names = matchManagers?.includes('npm') ? Object.keys(npm.devDependencies) : pypi;
    if (matchFileNames !== undefined) expect(matchFileNames).toEqual([versionsFile]);
    for (const pattern of matchPackageNames) {
      const matched = names.filter((name) =>
        pattern.endsWith('**') ? name.startsWith(pattern.slice(0, -2)) : name === pattern,
      );
      expect(matched, pattern).not.toEqual([]);
      const [, limit] = /^<(\d+)$/.exec(allowedVersions ?? '<999') ?? [];
      for (const name of matched)
        if (allowedVersions !== undefined)
          expect(parseInt(npm.devDependencies[name] ?? ''), name).toBeLessThan(Number(limit));
    }
  }
});

test('every pin of npm is exact, as Renovate is told to keep them', () => {
  expect(
    Object.entries(npm.devDependencies).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version)),
  ).toEqual([]);
});
