import { need } from './dom.ts';

/** The button that changes between light and dark; until it is used, the page follows the system. */
export function schemeButton(): void {
  const button = need(document, '#scheme', HTMLButtonElement);
  const system = matchMedia('(prefers-color-scheme: dark)');
  const root = document.documentElement;
  const dark = (): boolean => (root.dataset['scheme'] ?? (system.matches ? 'dark' : 'light')) === 'dark';
  const show = (): void => {
    button.setAttribute('aria-pressed', String(dark()));
  };
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset['scheme'] = dark() ? 'light' : 'dark';
    show();
  });
  system.addEventListener('change', show);
  show();
}
