import { need } from './dom.ts';

/** Shows content beside an element while it is pointed at or has the focus; Escape hides it. */
export function onTip(element: HTMLElement, content: () => readonly Node[]): void {
  const tip = need(document, '#tip', HTMLElement);
  const show = (): void => {
    tip.replaceChildren(...content());
    tip.hidden = false;
    element.setAttribute('aria-describedby', tip.id);
    // When the view has come to rest the element may be elsewhere.
    requestAnimationFrame(() => {
      placeBeside(tip, element);
    });
    setTimeout(() => {
      placeBeside(tip, element);
    }, 250);
  };
  const hide = (): void => {
    tip.hidden = true;
    element.removeAttribute('aria-describedby');
  };
  element.addEventListener('pointerenter', show);
  element.addEventListener('focus', show);
  element.addEventListener('pointerleave', hide);
  element.addEventListener('blur', hide);
  element.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') hide();
  });
}

function placeBeside(tip: HTMLElement, element: HTMLElement): void {
  const { left, right, top, bottom } = element.getBoundingClientRect();
  const middle = (Math.max(0, left) + Math.min(innerWidth, right)) / 2;
  const x = Math.min(innerWidth - tip.offsetWidth - 8, Math.max(8, middle - tip.offsetWidth / 2));
  const above = top - tip.offsetHeight - 8;
  tip.style.left = `${x}px`;
  tip.style.top = `${above > 0 ? above : bottom + 8}px`;
}
