// Text that a model or a data set wrote, as text: control characters, characters that change the
// direction of writing and halves of surrogate pairs are shown as marks, and very long texts are
// cut until asked for.
import type { Marks } from './data';
import { button, el } from './dom';

export interface Span {
  from: number;
  to: number;
  css: string;
  title: string;
}

const shownAtFirst = 20000;

// eslint-free: control characters are the point here.
const special =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

function mark(character: string): HTMLElement {
  const code = character.charCodeAt(0);
  const name = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  const picture = code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : name;
  return el('span', { class: 'control', title: name }, picture);
}

function appendPlain(target: Node, text: string): void {
  let from = 0;
  for (const found of text.matchAll(special)) {
    if (found.index > from) target.appendChild(document.createTextNode(text.slice(from, found.index)));
    target.appendChild(mark(found[0]));
    from = found.index + found[0].length;
  }
  if (from < text.length) target.appendChild(document.createTextNode(text.slice(from)));
}

// Places at which tokens begin, rising, and how many begin at each (bytes of one character share it).
interface Begins {
  places: number[];
  counts: number[];
}

export function beginsOf(marks: Marks): Begins {
  const begins: Begins = { places: [], counts: [] };
  let at = 0;
  for (const step of marks.steps) {
    at += step;
    const last = begins.places.length - 1;
    if (last >= 0 && begins.places[last] === at) {
      ++begins.counts[last]!;
    } else {
      begins.places.push(at);
      begins.counts.push(1);
    }
  }
  return begins;
}

// Draws a text piece by piece, with a line where a token begins.
class Painter {
  private next = 0; // the first place that is not behind us

  constructor(private readonly text: string, private readonly begins: Begins | null) {}

  paint(target: Node, from: number, to: number): void {
    if (this.begins === null) {
      appendPlain(target, this.text.slice(from, to));
      return;
    }
    const { places, counts } = this.begins;
    while (this.next < places.length && places[this.next]! < from) ++this.next;
    let at = from;
    const first = places[this.next];
    if (first === undefined || first > at) {
      const end = Math.min(to, first ?? to);
      appendPlain(target, this.text.slice(at, end));
      at = end;
    }
    while (at < to) {
      const count = counts[this.next]!;
      const end = Math.min(to, places[++this.next] ?? to);
      const title = count > 1 ? `${count} tokens are bytes of this character` : undefined;
      const token = el('span', { class: count > 1 ? 'token several' : 'token', title });
      appendPlain(token, this.text.slice(at, end));
      target.appendChild(token);
      at = end;
    }
  }
}

function fill(target: HTMLElement, text: string, spans: Span[], marks: Marks | undefined): void {
  if (marks?.added) {
    target.append(el('span', { class: 'control', title: 'a token that was put in front of the text' }, oneLine(marks.added)));
  }
  const painter = new Painter(text, marks === undefined ? null : beginsOf(marks));
  let at = 0;
  for (const span of [...spans].sort((a, b) => a.from - b.from)) {
    const from = Math.max(at, Math.min(span.from, text.length));
    const to = Math.max(from, Math.min(span.to, text.length));
    if (to === from) continue;
    painter.paint(target, at, from);
    const marked = el('mark', { class: span.css, title: span.title });
    painter.paint(marked, from, to);
    target.appendChild(marked);
    at = to;
  }
  painter.paint(target, at, text.length);
}

export function textBlock(text: string, spans: Span[] = [], marks?: Marks): HTMLElement {
  const pre = el('pre', { class: 'text', dir: 'auto', tabindex: '0' });
  if (text === '') {
    pre.append(el('span', { class: 'muted' }, '(empty)'));
    return pre;
  }
  if (text.length <= shownAtFirst) {
    fill(pre, text, spans, marks);
    return pre;
  }
  // Not between the halves of a surrogate pair.
  const last = text.charCodeAt(shownAtFirst - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? shownAtFirst - 1 : shownAtFirst;
  fill(pre, text.slice(0, end), spans, marks);
  const box = el('div', { class: 'long-text' }, pre);
  const more = button(`Show the remaining ${text.length - end} characters`, () => {
    pre.replaceChildren();
    fill(pre, text, spans, marks);
    more.remove();
  });
  box.append(more);
  return box;
}

export function oneLine(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(special, (c) => (c.charCodeAt(0) < 0x20 ? String.fromCharCode(0x2400 + c.charCodeAt(0)) : '\ufffd'));
}
