// Light and dark: the system's choice until the reader makes one, which is remembered where the
// browser allows a page from the disk to remember anything.
import { button } from './dom';

type Theme = 'light' | 'dark';
const key = 'assay-theme';

function remembered(): Theme | null {
  try {
    const value = localStorage.getItem(key);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    return null;
  }
}

export function addThemeButton(header: HTMLElement): void {
  const system = matchMedia('(prefers-color-scheme: dark)');
  let chosen = remembered();
  const current = (): Theme => chosen ?? (system.matches ? 'dark' : 'light');
  const control = button('', () => {
    chosen = current() === 'dark' ? 'light' : 'dark';
    try {
      localStorage.setItem(key, chosen);
    } catch {
      // The choice then lasts as long as the page.
    }
    apply();
  });
  control.className = 'theme';
  const apply = (): void => {
    if (chosen !== null) document.documentElement.dataset['theme'] = chosen;
    control.textContent = current() === 'dark' ? 'Light' : 'Dark';
    control.setAttribute('aria-label', `Change to ${current() === 'dark' ? 'light' : 'dark'} colours`);
  };
  system.addEventListener('change', apply);
  apply();
  header.append(control);
}
