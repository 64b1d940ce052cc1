// The viewer starts here: it works on a page that is complete without it, and adds interactive
// charts, copying, the sample browser and the choice of colours.
import { addBrowser } from './browser';
import { drawChart } from './charts';
import { addCopyButtons } from './copy';
import { readPageData } from './data';
import { addThemeButton } from './theme';

function start(): void {
  const header = document.querySelector('header');
  if (header !== null) addThemeButton(header);
  const figures = [...document.querySelectorAll<HTMLElement>('figure.chart-figure')];
  figures.forEach(addCopyButtons);
  // Charts are drawn when they come into sight: a page may have dozens.
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      drawChart(entry.target as HTMLElement);
    }
  }, { rootMargin: '400px' });
  figures.forEach((figure) => seen.observe(figure));
  let width = innerWidth;
  addEventListener('resize', () => {
    if (innerWidth === width) return;
    width = innerWidth;
    figures.filter((f) => f.querySelector('.drawn') !== null).forEach(drawChart);
  });
  const data = readPageData();
  if (data !== null) addBrowser(data);
  document.documentElement.dataset['viewer'] = 'ready';
}

start();
