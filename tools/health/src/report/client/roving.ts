const STEPS: Readonly<Record<string, (at: number, last: number) => number>> = {
  ArrowRight: (at, last) => Math.min(last, at + 1),
  ArrowDown: (at, last) => Math.min(last, at + 1),
  ArrowLeft: (at) => Math.max(0, at - 1),
  ArrowUp: (at) => Math.max(0, at - 1),
  Home: () => 0,
  End: (_at, last) => last,
};

/**
 * One stop of the Tab key for many elements; the arrows, Home and End go through them.
 * Source: WAI-ARIA Authoring Practices, "Managing Focus Within Components Using a Roving tabindex"
 */
export function roving(root: HTMLElement, items: () => readonly HTMLElement[]): void {
  root.addEventListener('keydown', (event) => {
    const all = items();
    const at = all.findIndex((one) => one === document.activeElement);
    const next = at < 0 ? undefined : STEPS[event.key]?.(at, all.length - 1);
    if (next === undefined) return;
    event.preventDefault();
    all[next]?.focus();
  });
  root.addEventListener('focusin', ({ target }) => {
    for (const one of items()) one.tabIndex = one === target ? 0 : -1;
  });
}
