// One sample, or the same item of two runs beside each other: prompt, choices with probabilities,
// completions with the extracted text marked, and what was made of them. Between two runs the first
// place where their texts part is marked.
import type { Choice, Completion, Sample, Verdict } from './data';
import { el } from './dom';
import { type Span, oneLine, textBlock } from './text';

export interface Side {
  run: string;
  sample: Sample | null; // null: the item is not in that run
}

function figure(value: number): string {
  return Math.abs(value) < 1e6 ? value.toFixed(4) : value.toPrecision(6);
}

// Characters both texts begin with; never half a surrogate pair.
export function commonStart(a: string, b: string): number {
  let i = 0;
  while (i < a.length && i < b.length && a[i] === b[i]) ++i;
  const before = a.charCodeAt(i - 1);
  return i > 0 && before >= 0xd800 && before <= 0xdbff ? i - 1 : i;
}

// The first word (or blank, or sign) in which a text differs from the other.
export function divergence(text: string, other: string): Span | null {
  if (text === other) return null;
  const from = commonStart(text, other);
  const rest = /^(?:[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s])/u.exec(text.slice(from));
  const to = from + (rest?.[0].length ?? 0);
  return { from, to, css: 'diverges', title: 'the first place where the two runs differ' };
}

function choiceTable(choices: Choice[], other: Choice[] | undefined): HTMLElement {
  const several = choices.length > 1;
  const body = el('tbody');
  choices.forEach((choice, i) => {
    const marks = [choice.picked ? 'picked' : '', choice.gold ? 'gold' : ''].filter((m) => m !== '').join(', ');
    const share = choice.p ?? 0;
    const before = other?.[i]?.p;
    body.append(
      el(
        'tr',
        { class: choice.picked ? (choice.gold ? 'picked right' : 'picked wrong') : undefined },
        el('td', { class: 'marks' }, marks),
        el(
          'td',
          { class: 'choice' },
          choice.context === undefined ? null : textBlock(choice.context),
          textBlock(choice.text),
        ),
        el(
          'td',
          { class: 'number' },
          choice.ll !== undefined && several
            ? el(
                'span',
                { class: 'probability' },
                el('span', { class: 'bar', style: `width:${(share * 100).toFixed(1)}%`, 'aria-hidden': 'true' }),
                el('span', { class: 'value' }, figure(share)),
              )
            : null,
          before !== undefined && choice.p !== undefined && several
            ? el('span', { class: 'muted change' }, `${share - before >= 0 ? '+' : '−'}${Math.abs(share - before).toFixed(4)}`)
            : null,
        ),
        el('td', { class: 'number' }, choice.ll === undefined ? '' : figure(choice.ll)),
        el('td', { class: 'number' }, choice.tokens === undefined ? '' : String(choice.tokens)),
        el('td', {}, choice.greedy === undefined ? '' : choice.greedy ? 'yes' : 'no'),
      ),
    );
  });
  const head = ['', 'choice', several ? 'probability' : '', 'log-likelihood', 'tokens', 'greedy'];
  return el(
    'div',
    { class: 'table-scroll' },
    el(
      'table',
      { class: 'choices' },
      el('thead', {}, el('tr', {}, ...head.map((h, i) => el('th', { scope: 'col', class: i > 1 && i < 5 ? 'number' : undefined }, h)))),
      body,
    ),
  );
}

const finishes: Record<string, string> = {
  stop: 'ended at a stop text',
  end: 'ended by itself',
  length: 'cut at the longest length',
};

function completion(text: Completion, number: number, of: number, other: Completion | undefined): HTMLElement {
  const spans: Span[] = [];
  if (text.span) spans.push({ from: text.span[0], to: text.span[1], css: 'extracted', title: 'the extracted answer' });
  const parts = other === undefined ? null : divergence(text.text, other.text);
  if (parts !== null && !spans.some((s) => s.from < parts.to && parts.from < s.to)) spans.push(parts);
  const said = `${text.tokens} tokens, ${finishes[text.finish] ?? text.finish}`;
  const difference =
    other === undefined
      ? ''
      : parts === null
        ? ', the same text in both runs'
        : `, differs from the other run after ${parts.from} characters`;
  return el(
    'div',
    { class: 'completion' },
    el('h5', {}, of > 1 ? `Completion ${number + 1} of ${of}` : 'Completion', ' ', el('span', { class: 'muted' }, said + difference)),
    textBlock(text.text, spans),
  );
}

function verdict(v: Verdict): HTMLElement {
  const list = el('dl', { class: 'verdict' });
  const row = (name: string, value: Node | string): void => {
    list.append(el('dt', {}, name), el('dd', {}, value));
  };
  if (v.filter !== 'none') row('filter', v.filter);
  if (v.notRun !== undefined) row('not run', oneLine(v.notRun));
  for (const value of v.values) row(value.metric, figure(value.value));
  row('extracted', textBlock(v.extracted));
  row('rule', oneLine(v.rule));
  row('why', oneLine(v.why));
  return list;
}

function answers(side: Side, other: Side | undefined): HTMLElement {
  const { sample } = side;
  const column = el('div', { class: 'side' });
  if (other !== undefined) column.append(el('h4', {}, side.run));
  if (sample === null) {
    column.append(el('p', { class: 'muted' }, 'This run did not ask this item.'));
    return column;
  }
  if (sample.error !== undefined) {
    column.append(el('p', { class: 'item-error' }, `Could not be measured: ${oneLine(sample.error)}`));
  }
  if (sample.choices) column.append(choiceTable(sample.choices, other?.sample?.choices));
  const texts = sample.texts ?? [];
  texts.forEach((text, i) => column.append(completion(text, i, texts.length, other?.sample?.texts?.[i])));
  if (sample.rolling) {
    column.append(el('p', {}, `Log-likelihood ${figure(sample.rolling.ll)} over ${sample.rolling.tokens} tokens.`));
  }
  for (const v of sample.verdicts) column.append(verdict(v));
  return column;
}

function promptParts(sample: Sample, title: string): HTMLElement {
  const asked = sample.promptTokens === undefined ? '' : ` ${sample.promptTokens} tokens asked`;
  const details = el(
    'details',
    { class: 'prompt', open: sample.prompt.length < 3000 },
    el('summary', {}, title, el('span', { class: 'muted' }, asked)),
    textBlock(sample.prompt),
  );
  if (sample.kind === 'completion') {
    const stops = (sample.stops ?? []).map((stop) => JSON.stringify(stop)).join('  ');
    details.append(el('p', { class: 'muted' }, `At most ${sample.maxTokens ?? 0} tokens; stops: ${stops === '' ? 'none' : oneLine(stops)}`));
  }
  return details;
}

export function showSample(target: HTMLElement, task: string, sides: Side[]): void {
  target.replaceChildren();
  const first = sides.find((side) => side.sample !== null)?.sample;
  if (!first) {
    target.append(el('p', { class: 'muted' }, 'No run asked this item.'));
    return;
  }
  const group = first.group === undefined ? '' : ` · ${oneLine(first.group)}`;
  target.append(el('h3', {}, `${task} · item ${oneLine(first.item)}`, el('span', { class: 'muted' }, ` position ${first.index}${group}`)));
  const prompts = new Set(sides.flatMap((side) => (side.sample === null ? [] : [side.sample.prompt])));
  if (prompts.size > 1) {
    for (const side of sides) if (side.sample) target.append(promptParts(side.sample, `Prompt of ${side.run}`));
  } else if (first.prompt !== '') {
    target.append(promptParts(first, first.kind === 'rolling' ? 'Text' : 'Prompt'));
  }
  if (first.gold !== undefined) target.append(el('h5', {}, 'Gold answer'), textBlock(first.gold));
  target.append(
    el('div', { class: sides.length > 1 ? 'sides two' : 'sides' }, ...sides.map((side, i) => answers(side, sides.length > 1 ? sides[1 - i] : undefined))),
  );
}
