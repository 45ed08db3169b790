import type { Problem } from '@cp-whisperx-app/problem';
import { size } from '../audit/text.ts';
import type { Budget } from './budget.ts';

/** A layer or a package, now and in the budget. */
export interface Movement {
  /** `whole`, `COPY --from=code /app`, `torch`. */
  readonly what: string;
  readonly before?: number | undefined;
  readonly now?: number | undefined;
  /** What changed beside the size: `2.7.1 → 2.8.0`. */
  readonly note?: string | undefined;
}

/** How an image stands to its budget. */
export interface Comparison {
  readonly name: string;
  /** All layers that it adds to its base, together. */
  readonly whole: Movement;
  /** What is larger than the budget lets it be: of the whole and of layers. */
  readonly over: readonly Movement[];
  /** What is smaller than the tolerance explains. */
  readonly under: readonly Movement[];
  /** Packages that are new, gone, of another version or size; biggest change first. */
  readonly packages: readonly Movement[];
}

/** Bytes that anything may grow by, however small it is: two builds of one source differ by less. */
const FLOOR = 1_000_000;

/** Holds an image against its budget. Pure. @param now the budget that the image would just fit */
export function compare(name: string, budget: Budget, now: Budget): Comparison {
  const layers = pairs(stepsOf(budget), stepsOf(now));
  const sum = ({ layers: all }: Budget): number =>
    Object.values(all).reduce((total, bytes) => total + bytes, 0);
  const whole = { what: 'all its layers', before: sum(budget), now: sum(now) };
  const beyond = (change: number, of: number): boolean => change > Math.max(FLOOR, of * budget.tolerance);
  const packages = pairs(new Map(Object.entries(budget.packages)), new Map(Object.entries(now.packages)));
  return {
    name,
    whole,
    over: [whole, ...layers].filter((one) => beyond(growth(one), one.before ?? 0)),
    under: [whole, ...layers].filter((one) => beyond(-growth(one), one.before ?? 0)),
    packages: packages.toSorted((a, b) => Math.abs(growth(b)) - Math.abs(growth(a))),
  };
}

/** Bytes; negative where it shrank. */
export const growth = ({ before = 0, now = 0 }: Movement): number => now - before;

const stepsOf = ({ layers }: Budget): Sized =>
  new Map(Object.entries(layers).map(([step, bytes]) => [step, ['', bytes]]));

type Sized = ReadonlyMap<string, readonly [version: string, bytes: number]>;

/** What moved from one to the other. */
function pairs(before: Sized, now: Sized): Movement[] {
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((what) => {
    const [from, to] = [before.get(what), now.get(what)];
    if (from?.[0] === to?.[0] && from?.[1] === to?.[1]) return [];
    const note =
      from === undefined
        ? `new${to?.[0] ? `, ${to[0]}` : ''}`
        : to === undefined
          ? 'gone'
          : from[0] === to[0]
            ? undefined
            : `${from[0]} → ${to[0]}`;
    return { what, before: from?.[1], now: to?.[1], note };
  });
}

/** Packages that are named with a problem; the table has all. */
const NAMED = 5;

/** What an image that is over its budget is told. Pure. @param file its budget */
export function overBudget({ name, over, packages }: Comparison, file: string): readonly Problem[] {
  if (over.length === 0) return [];
  const grown = packages.filter((one) => growth(one) > 0).slice(0, NAMED);
  return [
    {
      code: 'over-budget',
      message: [
        `${name} is larger than its budget`,
        ...over.map((one) => `    ${movementText(one)}`),
        ...(grown.length === 0 ? [] : ['    packages that grew:']),
        ...grown.map((one) => `      ${movementText(one)}`),
      ].join('\n'),
      file,
      mend: 'make it smaller, or accept it and commit what this writes: npx nx run images:budgets:update',
    },
  ];
}

/** `torch: 1.2 GB → 1.3 GB (+100.0 MB), 2.7.1 → 2.8.0` */
export function movementText(movement: Movement): string {
  const { what, before, now, note } = movement;
  const sizes =
    before === undefined
      ? `+${size(now ?? 0)}`
      : now === undefined
        ? `−${size(before)}`
        : `${size(before)} → ${size(now)} (${signed(growth(movement))})`;
  return `${what}: ${sizes}${note === undefined ? '' : `, ${note}`}`;
}

/** `+1.0 MB` */
export const signed = (bytes: number): string => `${bytes < 0 ? '−' : '+'}${size(Math.abs(bytes))}`;
