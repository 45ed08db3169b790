import { describe, expect, it } from 'vitest';
import { planLocks } from './plan.ts';

const image = (name: string, base?: string) => ({
  name,
  folder: `images/${name}`,
  base,
});
const reader =
  (texts: Readonly<Record<string, string>> = {}) =>
  (path: string) => {
    const name = /^images\/(.*)\/requirements\.in$/.exec(path)?.[1] ?? '';
    return name === 'bare' ? undefined : (texts[name] ?? '');
  };

describe('planLocks', () => {
  it('puts bases before children, whatever the order, and the locks of the tools first', () => {
    const plans = planLocks([image('leaf', 'middle'), image('middle', 'base'), image('base')], reader());
    expect(plans.map(({ lock, chain }) => [lock, chain.map(({ name }) => name).join(' ')])).toEqual([
      ['libs/installer/uv.lock', ''],
      ['libs/installer/build.lock', ''],
      ['images/base/requirements.lock', ''],
      ['images/middle/requirements.lock', 'base'],
      ['images/leaf/requirements.lock', 'base middle'],
    ]);
  });

  it.each([
    ['an unknown base', [image('leaf', 'gone')], {}, 'leaf stands on gone, which is not there'],
    ['a circle', [image('a', 'b'), image('b', 'a')], {}, 'a stands on itself'],
    ['no requirements.in', [image('bare')], {}, 'bare has no requirements.in'],
    ['a part of nothing', [image('a')], { a: '# part-of: gone x-*' }, 'a says that it is part of gone'],
    [
      'a part of an image further up',
      [image('a'), image('b', 'a'), image('c', 'b')],
      { a: '# part-of: c x-*' },
      "a says that it is part of c, which doesn't stand directly on it",
    ],
  ])('refuses %s', (_, images, texts, message) => {
    expect(() => planLocks(images, reader(texts))).toThrow(message);
  });
});
