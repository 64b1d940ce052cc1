// The interactive charts: Observable Plot over the same chart values that the static drawings are
// made from. They add what a drawing cannot: the figure under the pointer, and links to samples.
// The static drawing stays in the page, hidden, for print and for copying.
import * as Plot from '@observablehq/plot';

interface Measured {
  value: number;
  n: number;
  interval?: [number, number];
}
type Value = Measured | { failed: string } | { not_run: string };

interface Mark {
  series: string;
  row?: string;
  x?: number;
  value: Value;
  note?: string;
  link?: string;
}

interface Chart {
  kind: 'dots' | 'curves' | 'heat' | 'scatter' | 'reliability';
  id: string;
  title: string;
  xTitle: string;
  yTitle: string;
  series: string[];
  logX: boolean;
  diverging: boolean;
  range?: [number, number];
  reference?: number;
  front?: string[];
  marks: Mark[];
}

// A mark that was measured, flat as Plot likes it.
interface Point {
  series: string;
  row: string;
  x: number;
  value: number;
  low: number;
  high: number;
  note: string;
  link: string | undefined;
}

const shapes = ['circle', 'square', 'triangle', 'diamond'] as const;
const colours = 8;

function isMeasured(value: Value): value is Measured {
  return 'value' in value;
}

function absence(value: Value): string {
  if ('failed' in value) return `failed: ${value.failed}`;
  if ('not_run' in value) return `not run: ${value.not_run}`;
  return '';
}

function points(chart: Chart): Point[] {
  return chart.marks.flatMap((mark) => {
    if (!isMeasured(mark.value)) return [];
    const { value, interval } = mark.value;
    return [{
      series: mark.series,
      row: mark.row ?? '',
      x: mark.x ?? 0,
      value,
      low: interval?.[0] ?? value,
      high: interval?.[1] ?? value,
      note: mark.note ?? '',
      link: mark.link,
    }];
  });
}

function absent(chart: Chart): { series: string; row: string; x: number; text: string; note: string }[] {
  return chart.marks
    .filter((mark) => !isMeasured(mark.value))
    .map((mark) => ({
      series: mark.series,
      row: mark.row ?? '',
      x: mark.x ?? 0,
      text: `✕ ${absence(mark.value)}`.slice(0, 70),
      note: mark.note ?? '',
    }));
}

function seriesScales(chart: Chart): Pick<Plot.PlotOptions, 'color' | 'symbol'> {
  return {
    color: { domain: chart.series, range: chart.series.map((_, i) => `var(--s${i % colours})`) },
    symbol: {
      domain: chart.series,
      range: chart.series.map((_, i) => shapes[(i + Math.floor(i / colours)) % shapes.length]!),
    },
  };
}

const tipStyle = { fontSize: 12, lineHeight: 1.3, textPadding: 8, pointerSize: 8 } as const;

// Runs that have marks: what others are compared with has none of its own.
function shown(chart: Chart): string[] {
  return chart.series.filter((name) => chart.marks.some((mark) => mark.series === name));
}

function dots(chart: Chart, width: number): Element {
  const rows = [...new Set(chart.marks.map((mark) => mark.row ?? ''))];
  const longest = Math.max(...rows.map((row) => row.length));
  const measured = points(chart);
  const rowHeight = Math.max(22, 11 * shown(chart).length + 10);
  const left = Math.min(16 + 6.4 * Math.min(longest, 40), width * 0.45);
  const fits = Math.floor((left - 10) / 6.4);
  const at = { x: 'value', y: 'series', fy: 'row' } as const;
  return Plot.plot({
    width,
    height: rows.length * rowHeight + 50,
    marginLeft: left,
    marginRight: 24,
    marginTop: 6,
    marginBottom: 44,
    ...seriesScales(chart),
    x: { domain: chart.range, label: chart.xTitle, labelAnchor: 'center', labelArrow: 'none', labelOffset: 36, grid: true },
    y: { domain: shown(chart), axis: null, type: 'point', padding: 0.8 },
    fy: { domain: rows, label: null, padding: 0, tickFormat: (row: string) => (row.length > fits ? `${row.slice(0, fits - 1)}…` : row) },
    marks: [
      chart.reference === undefined ? null : Plot.ruleX([chart.reference], { stroke: 'var(--text)' }),
      Plot.ruleY(measured, { x1: 'low', x2: 'high', y: 'series', fy: 'row', stroke: 'series', strokeWidth: 2 }),
      Plot.dot(measured, { ...at, fill: 'series', symbol: 'series', r: 4.5, href: 'link', ariaLabel: 'note' }),
      Plot.text(absent(chart), {
        frameAnchor: 'left', dx: 4, y: 'series', fy: 'row', text: 'text', textAnchor: 'start', fill: 'var(--bad)',
      }),
      Plot.tip(measured, Plot.pointer({ ...at, title: 'note', ...tipStyle })),
    ],
  });
}

function plane(chart: Chart, width: number): Element {
  const square = chart.kind === 'reliability';
  const size = square ? Math.min(width, 420) : width;
  const measured = points(chart);
  // Intervals of several diagrams would hide one another; the table has them.
  const curve = chart.kind === 'curves' || (square && chart.series.length > 1);
  const xs = [...new Set(chart.marks.map((mark) => mark.x ?? 0))].sort((a, b) => a - b);
  const log = chart.logX && (xs[0] ?? 0) > 0 && xs.length > 1;
  const at = { x: 'x', y: 'value' } as const;
  const several = (name: string): boolean => measured.filter((p) => p.series === name).length > 1;
  const inCurves = measured.filter((p) => several(p.series));
  const alone = curve ? measured.filter((p) => !several(p.series)) : measured;
  return Plot.plot({
    width: size,
    height: square ? size - 20 : 320,
    marginLeft: 58,
    marginRight: 24,
    marginTop: 26,
    marginBottom: 44,
    ...seriesScales(chart),
    x: {
      type: log ? 'log' : 'linear',
      domain: square ? [0, 1] : undefined,
      nice: !log && !square,
      ticks: log ? xs : undefined,
      tickFormat: log ? (x: number) => String(x) : undefined,
      label: chart.xTitle,
      labelAnchor: 'center',
      labelArrow: 'none',
      labelOffset: 36,
      grid: true,
      zero: chart.kind === 'scatter',
    },
    y: { domain: chart.range, nice: chart.range === undefined, label: chart.yTitle, labelArrow: 'none', grid: true },
    marks: [
      square ? Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: 'var(--muted)', strokeDasharray: '4 3' }) : null,
      curve && !square
        ? Plot.areaY(inCurves, { x: 'x', y1: 'low', y2: 'high', fill: 'series', fillOpacity: 0.14, z: 'series', sort: 'x' })
        : null,
      chart.front === undefined
        ? null
        : Plot.line(measured.filter((p) => chart.front!.includes(p.series)), {
            ...at, stroke: 'var(--muted)', strokeDasharray: '4 3', sort: 'x',
          }),
      Plot.ruleX(alone, { x: 'x', y1: 'low', y2: 'high', stroke: 'series', strokeWidth: 2 }),
      curve ? Plot.line(inCurves, { ...at, stroke: 'series', strokeWidth: 2, z: 'series', sort: 'x' }) : null,
      Plot.dot(measured, { ...at, fill: 'series', symbol: 'series', r: 4.5, href: 'link', ariaLabel: 'note' }),
      Plot.text(absent(chart), { x: 'x', frameAnchor: 'bottom', dy: -6, text: () => '✕', title: 'note', fill: 'var(--bad)' }),
      Plot.tip(measured, Plot.pointer({ ...at, title: 'note', ...tipStyle })),
    ],
  });
}

function legend(chart: Chart): HTMLElement {
  const list = document.createElement('ul');
  list.className = 'legend';
  const names = shown(chart);
  chart.series.forEach((name, i) => {
    if (!names.includes(name)) return;
    const item = document.createElement('li');
    item.append(
      Plot.plot({
        width: 14,
        height: 14,
        margin: 0,
        axis: null,
        marks: [
          Plot.dot([0], {
            frameAnchor: 'middle',
            fill: `var(--s${i % colours})`,
            symbol: shapes[(i + Math.floor(i / colours)) % shapes.length]!,
            r: 4.5,
          }),
        ],
        ariaLabel: '',
      }),
      name,
    );
    list.append(item);
  });
  return list;
}

// Heat maps stay as drawn: their figures stand in the cells, and notes under the pointer are there.
export function drawChart(figure: HTMLElement): void {
  const source = figure.querySelector('script.chart-data');
  const plot = figure.querySelector<HTMLElement>('.plot');
  const still = plot?.querySelector('svg.static');
  if (source === null || plot === null || !still) return;
  const chart = JSON.parse(source.textContent ?? '') as Chart;
  if (chart.kind === 'heat') return;
  const width = Math.max(280, Math.min(plot.clientWidth || 760, 900));
  const drawn = chart.kind === 'dots' ? dots(chart, width) : plane(chart, width);
  drawn.setAttribute('role', 'img');
  drawn.setAttribute('aria-label', `${chart.title}; the table below has the figures`);
  drawn.classList.add('interactive');
  plot.querySelectorAll('.interactive, ul.legend').forEach((old) => old.remove());
  if (chart.series.length > 1) plot.append(legend(chart));
  plot.append(drawn);
  plot.classList.add('drawn');
}
