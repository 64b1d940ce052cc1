// The sample browser: filters, a list that draws only the rows in sight (100,000 are no trouble),
// and the chosen sample beside it. Everything can be done from the keyboard.
import { type PageData, type Sample, Samples, type TaskIndex } from './data';
import { el } from './dom';
import { placeHash, readPlace } from './link';
import { type Side, showSample } from './sample';
import { oneLine } from './text';

const rowHeight = 30;
const words: Record<string, string> = {
  r: 'right', w: 'wrong', p: 'part', v: 'measured', n: 'not run', e: 'error',
};
const signs: Record<string, string> = { r: '✓', w: '✗', p: '◐', v: '·', n: '–', e: '!' };
const flips: [string, string][] = [
  ['', 'all'],
  ['flip', 'right in one run only'],
  ['lost', 'right → wrong'],
  ['gained', 'wrong → right'],
  ['differs', 'another answer'],
];

interface Row {
  task: number; // place among the first run's tasks
  item: number;
  other: number; // its position in the other run, -1 = not there
}

interface Loaded {
  index: TaskIndex;
  otherPlace: number;
  other: TaskIndex | null;
  positions: Map<string, number> | null;
}

function select(label: string, options: [string, string][], onChange: () => void): HTMLSelectElement {
  const element = el('select', { 'aria-label': label }, ...options.map(([value, text]) => el('option', { value }, text)));
  element.addEventListener('change', onChange);
  return element;
}

function setOptions(element: HTMLSelectElement, options: [string, string][]): void {
  const before = element.value;
  element.replaceChildren(...options.map(([value, text]) => el('option', { value }, text)));
  element.value = options.some(([value]) => value === before) ? before : (options[0]?.[0] ?? '');
}

function field(label: string, control: HTMLElement): HTMLElement {
  return el('label', {}, el('span', {}, label), control);
}

export class Browser {
  private readonly samples: Samples;
  private readonly run: HTMLSelectElement;
  private readonly other: HTMLSelectElement;
  private readonly task: HTMLSelectElement;
  private readonly filter: HTMLSelectElement;
  private readonly outcome: HTMLSelectElement;
  private readonly flip: HTMLSelectElement;
  private readonly text = el('input', { type: 'search', placeholder: 'id, group or answer', 'aria-label': 'Text' });
  private readonly whole = el('input', { type: 'checkbox' });
  private readonly tokens = el('input', { type: 'checkbox', checked: true });
  private readonly count = el('p', { class: 'count', role: 'status' });
  private readonly spacer = el('div', { class: 'spacer' });
  private readonly list = el('div', { class: 'list', role: 'listbox', tabindex: '0', 'aria-label': 'Samples' }, this.spacer);
  private readonly detail = el('article', { class: 'detail', tabindex: '-1', 'aria-live': 'polite' });
  private readonly loaded = new Map<number, Loaded>();
  private rows: Row[] = [];
  private current = -1;
  private turn = 0; // counts requests, so that a late answer of an old one is dropped

  constructor(root: HTMLElement, private readonly data: PageData) {
    this.samples = new Samples(data);
    const reload = (): void => void this.reload();
    const refilter = (): void => void this.refilter();
    const runs = data.runs.map((r, i): [string, string] => [String(i), r.name]);
    this.run = select('Run', runs, () => {
      this.fillTasks();
      reload();
    });
    this.other = select('Beside', [['', 'no other run'], ...runs], reload);
    this.task = select('Task', [], reload);
    this.filter = select('Filter', [], refilter);
    this.outcome = select('Outcome', [['', 'all'], ...Object.entries(words)], refilter);
    this.flip = select('Change', flips, refilter);
    let waiting = 0;
    this.text.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = window.setTimeout(refilter, 150);
    });
    this.whole.addEventListener('change', refilter);
    this.tokens.addEventListener('change', () => this.detail.classList.toggle('whole-text', !this.tokens.checked));
    this.list.addEventListener('scroll', () => this.draw());
    this.list.addEventListener('keydown', (event) => this.onKey(event));
    const several = data.runs.length > 1;
    root.replaceChildren(
      el(
        'form',
        { class: 'filters', 'aria-label': 'Filter the samples' },
        several ? field('Run', this.run) : null,
        several ? field('Beside', this.other) : null,
        field('Task', this.task),
        field('Filter', this.filter),
        field('Outcome', this.outcome),
        several ? field('Change', this.flip) : null,
        field('Text', this.text),
        el('label', { class: 'check' }, this.whole, el('span', {}, 'also in prompts and completions')),
        data.runs.some((r) => r.marked) ? el('label', { class: 'check' }, this.tokens, el('span', {}, 'lines between tokens')) : null,
      ),
      this.count,
      el('div', { class: 'panes' }, this.list, this.detail),
      el('p', { class: 'muted keys' }, 'Keys: / search · ↑ ↓ or j k walk the list · Home End ends · Enter into the sample · Esc back. Right and wrong are by acc_norm where a task has it, else by its first figure.'),
    );
    root.querySelector('form')!.addEventListener('submit', (event) => event.preventDefault());
    addEventListener('hashchange', () => void this.follow());
    addEventListener('keydown', (event) => this.onPageKey(event));
    if (several) this.other.value = '1';
    this.detail.append(el('p', { class: 'muted' }, 'Choose a sample.'));
    this.fillTasks();
    void this.start();
  }

  private async start(): Promise<void> {
    if (readPlace(location.hash) !== null) {
      await this.follow();
    } else {
      await this.reload();
    }
  }

  private runPlace(): number {
    return Number(this.run.value || '0');
  }

  private otherPlace(): number {
    return this.other.value === '' || this.other.value === this.run.value ? -1 : Number(this.other.value);
  }

  private fillTasks(): void {
    const tasks = this.data.runs[this.runPlace()]?.tasks ?? [];
    const options = tasks.map((t, i): [string, string] => [String(i), `${t.name} (${t.items})`]);
    if (tasks.length > 1) options.unshift(['', `all tasks (${tasks.reduce((sum, t) => sum + t.items, 0)})`]);
    setOptions(this.task, options);
  }

  private async load(place: number): Promise<Loaded> {
    const run = this.runPlace();
    const other = this.otherPlace();
    const index = await this.samples.index(run, place);
    const name = this.data.runs[run]!.tasks[place]!.name;
    const otherPlace = other < 0 ? -1 : this.samples.taskPlace(other, name);
    if (otherPlace < 0) return { index, otherPlace, other: null, positions: null };
    return {
      index,
      otherPlace,
      other: await this.samples.index(other, otherPlace),
      positions: await this.samples.positions(other, otherPlace),
    };
  }

  private chosenTasks(): number[] {
    const tasks = this.data.runs[this.runPlace()]?.tasks ?? [];
    return this.task.value === '' ? tasks.map((_, i) => i) : [Number(this.task.value)];
  }

  private async reload(): Promise<void> {
    const turn = ++this.turn;
    const chosen = this.chosenTasks();
    const tasks = this.data.runs[this.runPlace()]?.tasks ?? [];
    const filters = [...new Set(chosen.flatMap((i) => tasks[i]?.filters ?? []))];
    setOptions(this.filter, filters.map((f): [string, string] => [f, f === 'none' ? 'the only one' : f]));
    this.filter.disabled = filters.length < 2;
    this.flip.disabled = this.otherPlace() < 0;
    const all = await Promise.all(chosen.map((place) => this.load(place)));
    if (turn !== this.turn) return;
    this.loaded.clear();
    chosen.forEach((place, i) => this.loaded.set(place, all[i]!));
    await this.refilter();
  }

  private letters(index: TaskIndex, run: number, place: number): string {
    const filters = this.data.runs[run]?.tasks[place]?.filters ?? [];
    const at = filters.indexOf(this.filter.value);
    return index.outcomes[at < 0 ? 0 : at] ?? '';
  }

  private changed(mode: string, a: string, b: string, answer: string, otherAnswer: string): boolean {
    if (mode === 'lost') return a === 'r' && b === 'w';
    if (mode === 'gained') return a === 'w' && b === 'r';
    if (mode === 'flip') return (a === 'r' && b === 'w') || (a === 'w' && b === 'r');
    return a !== b || answer !== otherAnswer;
  }

  private async refilter(): Promise<void> {
    const turn = ++this.turn;
    const run = this.runPlace();
    const other = this.otherPlace();
    const outcome = this.outcome.value;
    const mode = other < 0 ? '' : this.flip.value;
    const wanted = this.text.value.trim().toLowerCase();
    const whole = this.whole.checked && wanted !== '';
    let rows: Row[] = [];
    for (const [place, loaded] of this.loaded) {
      const { index, positions } = loaded;
      const letters = this.letters(index, run, place);
      const others = loaded.other === null ? '' : this.letters(loaded.other, other, loaded.otherPlace);
      for (let i = 0; i < index.ids.length; ++i) {
        const there = positions?.get(index.ids[i]!) ?? -1;
        if (outcome !== '' && letters[i] !== outcome) continue;
        if (mode !== '') {
          if (there < 0) continue;
          const answer = index.answers[i] ?? '';
          const otherAnswer = loaded.other?.answers[there] ?? '';
          if (!this.changed(mode, letters[i] ?? '', others[there] ?? '', answer, otherAnswer)) continue;
        }
        if (wanted !== '' && !whole) {
          const short = `${index.ids[i]}\n${index.answers[i]}\n${index.groups?.[i] ?? ''}`.toLowerCase();
          if (!short.includes(wanted)) continue;
        }
        rows.push({ task: place, item: i, other: there });
      }
    }
    if (whole) {
      const found: Row[] = [];
      for (let i = 0; i < rows.length; ++i) {
        const row = rows[i]!;
        const sample = await this.samples.sample(run, row.task, row.item);
        if (turn !== this.turn) return;
        if (i % 500 === 0) this.count.textContent = `searching: ${i} of ${rows.length} samples`;
        const texts = (sample.texts ?? []).map((t) => t.text).concat((sample.choices ?? []).map((c) => `${c.context ?? ''}${c.text}`));
        if (`${sample.item}\n${sample.prompt}\n${texts.join('\n')}`.toLowerCase().includes(wanted)) found.push(row);
      }
      rows = found;
    }
    this.rows = rows;
    this.current = -1;
    const total = [...this.loaded.values()].reduce((sum, l) => sum + l.index.ids.length, 0);
    this.count.textContent = `${rows.length} of ${total} samples`;
    this.spacer.style.height = `${rows.length * rowHeight}px`;
    this.list.scrollTop = 0;
    this.draw();
  }

  private draw(): void {
    const run = this.runPlace();
    const other = this.otherPlace();
    const from = Math.max(0, Math.floor(this.list.scrollTop / rowHeight) - 4);
    const to = Math.min(this.rows.length, from + Math.ceil((this.list.clientHeight || 600) / rowHeight) + 8);
    const drawn: HTMLElement[] = [];
    for (let i = from; i < to; ++i) {
      const row = this.rows[i]!;
      const loaded = this.loaded.get(row.task)!;
      const a = this.letters(loaded.index, run, row.task)[row.item] ?? 'e';
      const b = loaded.other === null || row.other < 0 ? '' : (this.letters(loaded.other, other, loaded.otherPlace)[row.other] ?? '');
      const title = b === '' ? words[a]! : `${words[a]} → ${words[b]}`;
      const element = el(
        'div',
        {
          class: i === this.current ? 'row current' : 'row',
          role: 'option',
          id: `row-${i}`,
          'aria-selected': String(i === this.current),
          'aria-posinset': String(i + 1),
          'aria-setsize': String(this.rows.length),
          'aria-label': `${title}: ${loaded.index.ids[row.item]}`,
          style: `top:${i * rowHeight}px`,
          title,
        },
        el('span', { class: `outcome o-${a}`, 'aria-hidden': 'true' }, signs[a]!),
        b === '' ? null : el('span', { class: `outcome o-${b}`, 'aria-hidden': 'true' }, signs[b]!),
        this.loaded.size > 1 ? el('span', { class: 'task' }, this.data.runs[run]!.tasks[row.task]!.name) : null,
        el('span', { class: 'id' }, oneLine(loaded.index.ids[row.item] ?? '')),
        el('span', { class: 'answer', dir: 'auto' }, oneLine(loaded.index.answers[row.item] ?? '')),
      );
      element.addEventListener('click', () => void this.choose(i, true));
      drawn.push(element);
    }
    this.spacer.replaceChildren(...drawn);
    if (this.current >= 0) this.list.setAttribute('aria-activedescendant', `row-${this.current}`);
    else this.list.removeAttribute('aria-activedescendant');
  }

  private async choose(i: number, writeHash: boolean): Promise<void> {
    if (this.rows.length === 0) return;
    this.current = Math.max(0, Math.min(i, this.rows.length - 1));
    const top = this.current * rowHeight;
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    const height = this.list.clientHeight || 600;
    if (top + rowHeight > this.list.scrollTop + height) this.list.scrollTop = top + rowHeight - height;
    this.draw();
    const turn = ++this.turn;
    const run = this.runPlace();
    const other = this.otherPlace();
    const row = this.rows[this.current]!;
    const loaded = this.loaded.get(row.task)!;
    const task = this.data.runs[run]!.tasks[row.task]!.name;
    const side = (place: number, sample: Sample | null): Side => {
      const { name, vocabulary, marked } = this.data.runs[place]!;
      return { run: name, vocabulary, marked, sample };
    };
    const sides = [side(run, await this.samples.sample(run, row.task, row.item))];
    if (other >= 0) {
      const sample = row.other < 0 ? null : await this.samples.sample(other, loaded.otherPlace, row.other);
      sides.push(side(other, sample));
    }
    if (turn !== this.turn) return;
    if (writeHash) history.replaceState(null, '', placeHash({ task, item: sides[0]!.sample!.item, run }));
    showSample(this.detail, task, sides);
  }

  // Goes where the hash says.
  private async follow(): Promise<void> {
    const place = readPlace(location.hash);
    if (place === null) return;
    if (this.data.runs[place.run] !== undefined && place.run !== this.runPlace()) {
      this.run.value = String(place.run);
      this.fillTasks();
    }
    const at = this.samples.taskPlace(this.runPlace(), place.task);
    document.getElementById('samples')?.scrollIntoView();
    if (at < 0) {
      await this.reload();
      this.detail.replaceChildren(el('p', { class: 'item-error' }, `There is no task ${oneLine(place.task)} in this run.`));
      return;
    }
    this.task.value = String(at);
    this.outcome.value = '';
    this.flip.value = '';
    this.text.value = '';
    await this.reload();
    if (place.item === '') return;
    const position = (await this.samples.positions(this.runPlace(), at)).get(place.item) ?? -1;
    const row = this.rows.findIndex((r) => r.item === position);
    if (row < 0) {
      this.detail.replaceChildren(el('p', { class: 'item-error' }, `There is no item ${oneLine(place.item)} in ${oneLine(place.task)}.`));
      return;
    }
    await this.choose(row, false);
  }

  private step(key: string): number | null {
    const page = Math.max(1, Math.floor((this.list.clientHeight || 600) / rowHeight) - 1);
    switch (key) {
      case 'ArrowDown': case 'j': return this.current + 1;
      case 'ArrowUp': case 'k': return this.current - 1;
      case 'PageDown': return this.current + page;
      case 'PageUp': return this.current - page;
      case 'Home': return 0;
      case 'End': return this.rows.length - 1;
      default: return null;
    }
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter' && this.current >= 0) {
      event.preventDefault();
      this.detail.focus();
      return;
    }
    if (event.key === 'Escape' && this.current >= 0) {
      event.stopPropagation();
      this.close();
      return;
    }
    const to = this.step(event.key);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    void this.choose(to, true);
  }

  // Nothing is chosen, and the link names no sample.
  private close(): void {
    ++this.turn;
    this.current = -1;
    this.draw();
    this.detail.replaceChildren(el('p', { class: 'muted' }, 'Choose a sample.'));
    history.replaceState(null, '', '#samples');
  }

  private onPageKey(event: KeyboardEvent): void {
    const target = event.target;
    if (event.key === 'Escape') {
      if (target === this.text && this.text.value !== '') {
        event.preventDefault();
        this.text.value = '';
        void this.refilter();
      } else if (target instanceof Node && this.detail.contains(target)) {
        this.list.focus();
      }
      return;
    }
    if (target instanceof HTMLInputElement || target instanceof HTMLSelectElement) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === '/') {
      event.preventDefault();
      this.text.focus();
    } else if (event.key === 'j' || event.key === 'k') {
      void this.choose(this.step(event.key)!, true);
    }
  }
}

export function addBrowser(data: PageData): void {
  const root = document.getElementById('sample-browser');
  if (root === null) return;
  if (data.runs.every((run) => run.tasks.length === 0)) {
    root.replaceChildren(el('p', { class: 'muted' }, 'None of the runs has samples that can be read.'));
    return;
  }
  new Browser(root, data);
}
