import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

type Events = readonly Readonly<Record<string, string>>[];

/** A record of OSV. Source: https://ossf.github.io/osv-schema/ */
const record = (id: string, ecosystem: string, name: string, events: Events, more: object = {}): object => ({
  schema_version: '1.6.0',
  id,
  published: '2025-01-01T00:00:00Z',
  modified: '2025-01-01T00:00:00Z',
  summary: `what ${id} is`,
  affected: [{ package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events }] }],
  ...more,
});

const CRITICAL = [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }];

/** Small databases of the two ecosystems: one record on what the audit proves itself with, and some to find or not. */
export const RECORDS = {
  PyPI: [
    record('PYSEC-2014-8', 'PyPI', 'jinja2', [{ introduced: '0' }, { fixed: '2.7.2' }]),
    record('GHSA-aaaa-bbbb-cccc', 'PyPI', 'tqdm', [{ introduced: '4.66.0' }, { fixed: '4.67.1' }], {
      aliases: ['CVE-2099-1'],
      severity: CRITICAL,
    }),
    record('PYSEC-2099-1', 'PyPI', 'tqdm', [{ introduced: '0' }, { fixed: '4.67.0' }], {
      aliases: ['CVE-2099-1'],
    }),
    record('PYSEC-2099-2', 'PyPI', 'numpy', [{ introduced: '0' }], { withdrawn: '2025-02-01T00:00:00Z' }),
    record('PYSEC-2099-3', 'PyPI', 'numpy', [{ introduced: '2.1' }, { fixed: '2.2' }]),
    record('PYSEC-2099-4', 'PyPI', 'pyannote-core', [{ introduced: '0' }]),
  ],
  Debian: [
    record('DSA-5532-1', 'Debian:12', 'openssl', [{ introduced: '0' }, { fixed: '3.0.11-1~deb12u2' }]),
    record('DEBIAN-CVE-2099-9', 'Debian:12', 'ffmpeg', [{ introduced: '0' }, { fixed: '7:5.1.99-1' }]),
    record('DEBIAN-CVE-2099-10', 'Debian:12', 'zlib', [{ introduced: '0' }, { fixed: '1:1.2.11-1' }]),
    record('DEBIAN-CVE-2099-11', 'Debian:13', 'zlib', [{ introduced: '0' }]),
  ],
} as const;

/** Writes databases as OSV serves them, one archive for each ecosystem. @returns the folder */
export function writeDatabase(folder: string, records: Readonly<Record<string, readonly object[]>>): string {
  for (const [ecosystem, all] of Object.entries(records)) {
    const place = join(folder, 'osv-scalibr', ecosystem);
    mkdirSync(place, { recursive: true });
    writeFileSync(join(place, 'empty.txt'), '');
    const files = all.map((one, index) => {
      const file = `${String(index)}.json`;
      writeFileSync(join(place, file), JSON.stringify(one));
      return file;
    });
    execFileSync('python3', ['-m', 'zipfile', '-c', 'all.zip', 'empty.txt', ...files], { cwd: place });
  }
  return folder;
}

/** The same, with tqdm mended in no version that there is: for the locks of this workspace, whatever they have. */
export const LASTING = {
  ...RECORDS,
  PyPI: RECORDS.PyPI.map((one) => JSON.parse(JSON.stringify(one).replaceAll('4.67.', '999.')) as object),
};
