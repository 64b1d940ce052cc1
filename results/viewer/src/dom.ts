// Elements with attributes and children in one call. Text always goes in as text nodes: nothing a
// model wrote can become markup.
export type Child = Node | string | null | undefined;

export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string | boolean | undefined> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? '' : value);
  }
  for (const child of children) {
    if (child !== null && child !== undefined) element.append(child);
  }
  return element;
}

export function button(label: string, onClick: () => void, title?: string): HTMLButtonElement {
  const element = el('button', { type: 'button', title }, label);
  element.addEventListener('click', onClick);
  return element;
}
