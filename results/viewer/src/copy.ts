// A figure as SVG or PNG: the static drawing, which has its legend inside, with the colours it has
// on the screen now. To the clipboard where the browser allows it, else as a file.
import { button, el } from './dom';

const properties = [
  'fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-dasharray', 'stroke-linecap', 'stroke-opacity',
  'font-family', 'font-size', 'font-weight', 'text-anchor', 'opacity',
];

function standalone(svg: SVGSVGElement): string {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const from = [svg, ...svg.querySelectorAll<SVGElement>('*')];
  const to = [copy, ...copy.querySelectorAll<SVGElement>('*')];
  from.forEach((element, i) => {
    const style = getComputedStyle(element);
    for (const property of properties) to[i]!.style.setProperty(property, style.getPropertyValue(property));
    to[i]!.removeAttribute('class');
  });
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.removeAttribute('style');
  const ground = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
  ground.setAttribute('width', '100%');
  ground.setAttribute('height', '100%');
  ground.setAttribute('fill', getComputedStyle(document.body).backgroundColor);
  copy.prepend(ground);
  // Hatching is drawn by the page's style sheet; a file has to bring it along.
  const hatched = getComputedStyle(document.documentElement).getPropertyValue('--muted').trim();
  copy.querySelectorAll<SVGElement>('[data-hatched]').forEach((cell) => {
    cell.style.fill = 'none';
    cell.style.stroke = hatched;
    cell.style.strokeDasharray = '3 3';
  });
  return new XMLSerializer().serializeToString(copy);
}

function save(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = el('a', { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

async function png(text: string, width: number, height: number): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(text)}`;
  await image.decode();
  const canvas = el('canvas');
  canvas.width = width * 2;
  canvas.height = height * 2;
  canvas.getContext('2d')!.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob === null ? reject(new Error('no picture')) : resolve(blob)), 'image/png');
  });
}

export function addCopyButtons(figure: HTMLElement): void {
  const svg = figure.querySelector<SVGSVGElement>('svg.static');
  if (svg === null) return;
  const name = figure.id.replace(/^chart-/, '');
  const said = el('span', { class: 'muted', role: 'status' });
  const tools = el(
    'div',
    { class: 'tools' },
    button('Copy SVG', () => {
      const text = standalone(svg);
      navigator.clipboard.writeText(text).then(
        () => (said.textContent = 'copied'),
        () => {
          save(new Blob([text], { type: 'image/svg+xml' }), `${name}.svg`);
          said.textContent = `saved as ${name}.svg`;
        },
      );
    }),
    button('Save PNG', () => {
      png(standalone(svg), svg.viewBox.baseVal.width, svg.viewBox.baseVal.height).then(
        (blob) => {
          save(blob, `${name}.png`);
          said.textContent = `saved as ${name}.png`;
        },
        () => (said.textContent = 'this browser cannot draw it'),
      );
    }),
    said,
  );
  figure.querySelector('figcaption')?.after(tools);
}
