import { count } from '../words.ts';
import { need } from './dom.ts';

/** The list of subtitles: arrows go through it, the search box hides what doesn't have its words. */
export function cueList({ select }: { select: (cue: number) => void }): { mark: (cue: number) => void } {
  const box = need(document, '#cues', HTMLUListElement);
  const search = need(document, '#search', HTMLInputElement);
  const found = need(document, '#found', HTMLOutputElement);
  const rows = [...box.children].filter((row) => row instanceof HTMLElement);
  const texts = rows.map((row) => folded(row.textContent));
  let chosen: HTMLElement | undefined;

  const shown = (): readonly HTMLElement[] => rows.filter(({ hidden }) => !hidden);
  const choose = (row: HTMLElement | undefined): void => {
    if (row) select(Number(row.dataset['cue']));
  };
  /** From the chosen one on, by that many of those that are shown. */
  const go = (by: number): void => {
    const list = shown();
    const at = chosen ? list.indexOf(chosen) : -1;
    choose(list[Math.min(list.length - 1, Math.max(0, at < 0 ? 0 : at + by))]);
  };

  const filter = (): void => {
    const wanted = folded(search.value.trim());
    rows.forEach((row, index) => {
      row.hidden = !(texts[index] ?? '').includes(wanted);
    });
    const number = shown().length;
    const all = rows.length.toLocaleString('en');
    found.value = wanted === '' ? count(rows.length, 'subtitle') : `${number.toLocaleString('en')} of ${all}`;
    box.dataset['none'] = number === 0 ? 'No subtitle has these words.' : '';
  };

  search.addEventListener('input', filter);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Enter') {
      const list = shown();
      const at = chosen ? list.indexOf(chosen) : -1;
      choose(list[(at + 1) % Math.max(1, list.length)]);
    } else if (event.key === 'ArrowDown') {
      event.preventDefault();
      box.focus();
    }
  });
  box.addEventListener('click', ({ target }) => {
    const row = target instanceof Element ? target.closest('[data-cue]') : null;
    if (row instanceof HTMLElement) choose(row);
  });
  const keys: Readonly<Record<string, () => void>> = {
    ArrowDown: () => {
      go(1);
    },
    ArrowUp: () => {
      go(-1);
    },
    PageDown: () => {
      go(8);
    },
    PageUp: () => {
      go(-8);
    },
    Home: () => {
      choose(shown()[0]);
    },
    End: () => {
      choose(shown().at(-1));
    },
    Enter: () => {
      go(0);
    },
  };
  box.addEventListener('keydown', (event) => {
    const act = keys[event.key];
    if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    act();
  });

  return {
    mark(cue) {
      chosen?.setAttribute('aria-selected', 'false');
      chosen = rows[cue];
      chosen?.setAttribute('aria-selected', 'true');
      box.setAttribute('aria-activedescendant', chosen?.id ?? '');
      if (chosen?.hidden === true) {
        search.value = '';
        filter();
      }
      if (chosen) scrollInside(box, chosen);
    },
  };
}

/** Scrolls the box and nothing around it. */
function scrollInside(box: HTMLElement, row: HTMLElement): void {
  const [outer, inner] = [box.getBoundingClientRect(), row.getBoundingClientRect()];
  if (inner.top >= outer.top && inner.bottom <= outer.bottom) return;
  const nearby = Math.abs(inner.top - outer.top) < 2 * outer.height;
  box.scrollTop +=
    nearby && inner.bottom > outer.bottom
      ? inner.bottom - outer.bottom + 8
      : inner.top - outer.top - (nearby ? 8 : outer.height / 3);
}

/** For comparing: no capitals, no accents. */
const folded = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replaceAll(/\s+/g, ' ');
