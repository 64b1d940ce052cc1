// One sample, or the same item of two runs beside each other: prompt, choices with probabilities,
// completions with the extracted text marked, and what was made of them. Where the vocabulary was at
// hand, tokens are set off by lines. Between two runs the first token that differs is marked; where
// the tokens are not known, the first word, and it says so.
import type { Choice, Completion, Sample, Verdict } from './data';
import { el } from './dom';
import { type Span, oneLine, textBlock } from './text';

export interface Side {
  run: string;
  vocabulary?: number; // sides with the same number have the same token ids
  marked?: boolean;
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

export interface Parting {
  span: Span | null; // what to mark in this text
  said: string;
}

// Where a completion parts from the same one of the other run. `sameTokens`: a token id means the
// same in both.
export function parting(text: Completion, other: Completion, sameTokens: boolean): Parting {
  const { ids } = text;
  const word = divergence(text.text, other.text);
  if (!sameTokens || ids === undefined || other.ids === undefined) {
    if (word === null) return { span: null, said: 'the same text in both runs' };
    return { span: word, said: `differs from the other run after ${word.from} characters; its tokens are not on record, so the first other word is marked` };
  }
  let at = 0;
  while (at < ids.length && ids[at] === other.ids[at]) ++at;
  if (at === ids.length && at === other.ids.length) return { span: null, said: 'the same tokens in both runs' };
  const said = `${word === null ? 'the same text in both runs, but of other tokens' : 'parts from the other run'} after ${at} tokens`;
  if (at === ids.length) return { span: null, said: `${said}, where this text ended` };
  if (text.marks === undefined) {
    const where = word === null ? '' : '; where tokens begin is not known here, so the first other word is marked';
    return { span: word, said: said + where };
  }
  let from = 0;
  for (let i = 0; i <= at; ++i) from += text.marks.steps[i] ?? 0;
  const to = at + 1 < text.marks.steps.length ? from + text.marks.steps[at + 1]! : text.text.length;
  // A token that is part of a character, or that stood behind the end (a stop that was cut off).
  if (to === from) return { span: word, said: from < text.text.length ? said : `${said}, behind the end of this text` };
  return { span: { from, to, css: 'diverges', title: 'the first token in which the two runs differ' }, said };
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
          choice.context === undefined ? null : textBlock(choice.context, [], choice.contextMarks),
          textBlock(choice.text, [], choice.marks),
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

function completion(text: Completion, number: number, of: number, other: Completion | undefined, sameTokens: boolean): HTMLElement {
  const spans: Span[] = [];
  const parts = other === undefined ? null : parting(text, other, sameTokens);
  if (parts?.span) spans.push(parts.span);
  // Where both are at one place the parting is marked; the extracted text stands below as well.
  if (text.span) {
    const [from, to] = text.span;
    if (!spans.some((s) => s.from < to && from < s.to)) spans.push({ from, to, css: 'extracted', title: 'the extracted answer' });
  }
  const said = `${text.tokens} tokens, ${finishes[text.finish] ?? text.finish}${parts === null ? '' : `, ${parts.said}`}`;
  return el(
    'div',
    { class: 'completion' },
    el('h5', {}, of > 1 ? `Completion ${number + 1} of ${of}` : 'Completion', ' ', el('span', { class: 'muted' }, said)),
    textBlock(text.text, spans, text.marks),
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
  const sameTokens = side.vocabulary !== undefined && side.vocabulary === other?.vocabulary;
  texts.forEach((text, i) => column.append(completion(text, i, texts.length, other?.sample?.texts?.[i], sameTokens)));
  if (sample.rolling) {
    column.append(el('p', {}, `Log-likelihood ${figure(sample.rolling.ll)} over ${sample.rolling.tokens} tokens.`));
  }
  for (const v of sample.verdicts) column.append(verdict(v));
  return column;
}

// Why a prompt has no lines between its tokens.
function unmarked(side: Side): string {
  if (side.marked) return 'Where tokens begin cannot be shown here: the vocabulary does not spell this text as it was asked.';
  return 'Token boundaries are not recorded in a run; a page has them when the model is at hand: assay report RUN -o FILE -m MODEL.';
}

function promptParts(sample: Sample, side: Side, title: string): HTMLElement {
  const asked = sample.promptTokens === undefined ? '' : ` ${sample.promptTokens} tokens asked`;
  const marked = sample.marks !== undefined || sample.choices?.some((c) => c.contextMarks !== undefined);
  const details = el(
    'details',
    { class: 'prompt', open: sample.prompt.length < 3000 },
    el('summary', {}, title, el('span', { class: 'muted' }, asked)),
    sample.prompt === '' ? null : textBlock(sample.prompt, [], sample.marks),
    marked ? null : el('p', { class: 'muted' }, unmarked(side)),
  );
  if (sample.kind === 'completion') {
    const stops = (sample.stops ?? []).map((stop) => JSON.stringify(stop)).join('  ');
    details.append(el('p', { class: 'muted' }, `At most ${sample.maxTokens ?? 0} tokens; stops: ${stops === '' ? 'none' : oneLine(stops)}`));
  }
  return details;
}

export function showSample(target: HTMLElement, task: string, sides: Side[]): void {
  target.replaceChildren();
  const asked = sides.find((side) => side.sample !== null);
  const first = asked?.sample;
  if (!asked || !first) {
    target.append(el('p', { class: 'muted' }, 'No run asked this item.'));
    return;
  }
  const group = first.group === undefined ? '' : ` · ${oneLine(first.group)}`;
  target.append(el('h3', {}, `${task} · item ${oneLine(first.item)}`, el('span', { class: 'muted' }, ` position ${first.index}${group}`)));
  const prompts = new Set(sides.flatMap((side) => (side.sample === null ? [] : [side.sample.prompt])));
  if (prompts.size > 1) {
    for (const side of sides) if (side.sample) target.append(promptParts(side.sample, side, `Prompt of ${side.run}`));
  } else if (first.prompt !== '') {
    target.append(promptParts(first, asked, first.kind === 'rolling' ? 'Text' : 'Prompt'));
  }
  if (first.gold !== undefined) target.append(el('h5', {}, 'Gold answer'), textBlock(first.gold));
  target.append(
    el('div', { class: sides.length > 1 ? 'sides two' : 'sides' }, ...sides.map((side, i) => answers(side, sides.length > 1 ? sides[1 - i] : undefined))),
  );
}
