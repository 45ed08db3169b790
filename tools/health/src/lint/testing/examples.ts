import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { check } from '../rule.ts';
import { RULES } from '../rules/index.ts';
import { familyOf } from './family.ts';
import type { Images } from './images.ts';

/** What a rule finds fault with, in one place, and the same without the fault. */
export interface Example {
  readonly what: string;
  readonly bad: Images;
  /** `file:line` of the one finding. */
  readonly at: string;
  readonly mended: Images;
}

/** Tests that all rules together find just what the rule of a spec file `RULE.spec.ts` is to find. */
export function examples(spec: string, all: readonly [Example, ...Example[]]): void {
  const rule = basename(spec, '.spec.ts');
  describe.each(all)(`${rule}: $what`, ({ bad, at, mended }) => {
    test('is the one finding', () => {
      expect(found(bad)).toEqual([`${at} ${rule}`]);
    });
    test('mended, nothing is found', () => {
      expect(found(mended)).toEqual([]);
    });
  });
}

/** What is found in all images, as `file:line rule`. */
function found(images: Images): readonly string[] {
  const family = familyOf(images);
  return [...family.values()]
    .flatMap((subject) => check(RULES, subject, family))
    .map(({ file, line, code }) => `${file}:${line} ${code}`);
}
