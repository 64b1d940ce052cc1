// A table of answers to three miniatures, for comparing runs: node answer_table.mjs PROGRAM SEED. Two seeds
// agree in most answers, so that items flip and texts part somewhere.
import { execFileSync } from 'node:child_process';

const [, , program, seed] = process.argv;
const show = (task) => execFileSync(program, ['show', task, '-m', 'scripted:hash', '--limit', '100000', '--json'], { encoding: 'utf8' }).trim().split('\n').map((line) => JSON.parse(line));

// FNV-1a: the same on every machine.
function hash(text) {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; ++i) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return (h >>> 0) / 2 ** 32;
}

for (const { context, continuations } of show('mini-arc')) {
  const own = hash(context) < 0.4 ? seed : '';
  for (const continuation of continuations) {
    console.log(JSON.stringify({ context, continuation, loglikelihood: -1 - 5 * hash(own + continuation + context), is_greedy: false }));
  }
}
for (const { context } of show('mini-gsm8k')) {
  const way = hash(context) < 0.5 ? `in the way number ${seed}` : 'in the usual way';
  console.log(JSON.stringify({ prompt: context, responses: [` First we add them up ${way}, then we are done.\n#### ${Math.floor(100 * hash(context + 'x'))}`] }));
}
// Needles are found by chance, more of them than not: a heat map with shades.
for (const { context, gold } of show('mini-needle')) {
  console.log(JSON.stringify({ prompt: context, responses: [hash(seed + context) < 0.6 ? ` ${gold}` : ' I do not know'] }));
}
