/** The element of that kind; the page always has those that it is asked for. */
export function need<T extends Element>(root: ParentNode, selector: string, kind: new () => T): T {
  const found = root.querySelector(selector);
  if (!(found instanceof kind)) throw new Error(`the page has no ${selector}`);
  return found;
}

/** A new element; text stays text. */
export function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className = '',
  ...content: readonly (string | Node)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  element.append(...content);
  return element;
}

/** Text of a film, in its own direction and, where that is known, its language. */
export function filmText<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text: string,
  language = '',
): HTMLElementTagNameMap[K] {
  const element = make(tag, className, text);
  element.dir = 'auto';
  element.lang = language;
  return element;
}

/** Puts an element at a place across its parent, in shares of the parent's width. */
export function put<T extends HTMLElement>(element: T, left: number, width?: number): T {
  element.style.left = `${100 * left}%`;
  if (width !== undefined) element.style.width = `${100 * width}%`;
  return element;
}

/** Runs the last of many calls, before the next frame is drawn. */
export function everyFrame(draw: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      draw();
    });
  };
}
