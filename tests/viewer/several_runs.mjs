// Pages of several runs: differences, flips and sentences are those of `assay compare`, answers lie
// beside each other with the place where they part, and runs that do not belong together say so.
import { readFileSync } from 'node:fs';
import { browsed, charts, check, figure, listed, open, rows, silent, test } from './harness.mjs';

const signed = (value) => (value < 0 ? '' : '+') + figure(value);

await test('differences are those of compare', async () => {
  const page = await open('pair.html');
  const pair = JSON.parse(readFileSync('compare.json', 'utf8')).others[0];
  const text = (await rows(page, '#chart-difference')).map((row) => row.join('|'));
  let compared = 0;
  for (const task of [...pair.tasks, pair.overall]) {
    for (const metric of task.metrics) {
      if (metric.difference === undefined) continue;
      ++compared;
      const wanted = [task.name || 'all tasks', metric.metric, figure(metric.base), figure(metric.other), signed(metric.difference)];
      check(`a row for ${wanted}`, text.some((row) => wanted.every((part) => row.includes(part))));
    }
    const said = task.claim?.sentence;
    if (said) check(`the sentence about ${task.name}`, (await page.locator('#comparison ul.sentences').allInnerTexts()).join('\n').includes(said));
  }
  check('something was compared', compared >= 3);
  const flips = (await rows(page, '#comparison > .table-scroll')).filter((row) => row.length > 8);
  for (const task of pair.tasks.filter((t) => t.flips)) {
    const row = flips.find((r) => r[0] === task.name);
    const { items, both_right, lost, gained, wrong_same, wrong_other, wrong_unknown } = task.flips;
    check(`flips of ${task.name}`, JSON.stringify(row.slice(2, 9).map(Number)) === JSON.stringify([items, both_right, lost, gained, wrong_same, wrong_other, wrong_unknown]));
  }
  await silent(page);
});

await test('on paper the drawing has its legend', async () => {
  const page = await open('pair.html');
  await page.emulateMedia({ media: 'print' });
  const names = await page.locator('#chart-headline svg.static text.legend').all();
  check('a name per run', names.length === 2 && (await names[0].isVisible()) && (await names[1].isVisible()));
  check('nothing folded is left over', (await page.locator('details:not([open]) summary').filter({ visible: true }).count()) === 0);
  await silent(page);
});

await test('flips are found among the samples', async () => {
  const page = await browsed(await open('pair.html', '#task=mini-arc'));
  const { flips } = JSON.parse(readFileSync('compare.json', 'utf8')).others[0].tasks.find((t) => t.name === 'mini-arc');
  check('the runs flip', flips.lost > 0 && flips.gained > 0);
  for (const [change, count] of [['lost', flips.lost], ['gained', flips.gained], ['flip', flips.lost + flips.gained]]) {
    await page.getByLabel('Change', { exact: true }).selectOption(change);
    await page.waitForFunction((n) => document.querySelector('.count').textContent.startsWith(`${n} of`), count);
    check(`${change}: as many rows`, (await listed(page)) === count);
  }
  await silent(page);
});

// The first word in which two texts differ, worked out another way than the page does.
function firstOther(a, b) {
  const words = (t) => t.match(/\w+|\s+|[^\w\s]/g) ?? [];
  const [one, two] = [words(a), words(b)];
  const at = one.findIndex((word, i) => word !== two[i]);
  return at < 0 ? null : [one[at], two[at]];
}

await test('the place where two completions part', async () => {
  const texts = (run) => new Map(readFileSync(`runs/${run}/samples.jsonl`, 'utf8').trim().split('\n').slice(1)
    .map((line) => JSON.parse(line)).filter((s) => s.task === 'mini-gsm8k').map((s) => [s.item, s.response.texts[0].text]));
  const [one, two] = [texts('c'), texts('d')];
  const item = [...one.keys()].find((id) => one.get(id) !== two.get(id));
  const page = await browsed(await open('pair.html', `#task=mini-gsm8k&item=${encodeURIComponent(item)}`));
  await page.waitForSelector('mark.diverges');
  const marked = await page.locator('mark.diverges').allInnerTexts();
  check('both sides are marked at the first other word', JSON.stringify(marked) === JSON.stringify(firstOther(one.get(item), two.get(item))));
  const same = [...one.keys()].find((id) => one.get(id) === two.get(id));
  await page.goto(page.url().replace(/item=.*/, `item=${encodeURIComponent(same)}`));
  await page.waitForFunction((id) => document.querySelector('.detail h3')?.textContent.includes(`item ${id} `), same);
  check('equal texts have no mark', (await page.locator('mark.diverges').count()) === 0);
  await silent(page);
});

await test('a link to the second run', async () => {
  const page = await browsed(await open('pair.html', '#task=mini-arc&run=1'));
  await page.waitForFunction(() => document.querySelector('select[aria-label="Run"]').value === '1');
  check('its samples are listed', (await listed(page)) > 0);
  await silent(page);
});

await test('quality against size', async () => {
  const page = await open('pair.html');
  const front = (await charts(page)).filter((c) => c.kind === 'scatter');
  for (const chart of front) {
    for (const name of chart.front ?? []) check(`${name} is drawn`, chart.marks.some((m) => m.series === name));
  }
  await silent(page);
});

await test('runs asked in other ways are not compared', async () => {
  const page = await open('two.html');
  check('the reason stands there', (await page.locator('#comparison .banner').innerText()).includes('not compared'));
  check('no difference is made up', (await page.locator('#chart-difference').count()) === 0);
  check('manifests are laid beside each other', (await page.locator('#manifest').innerText()).includes('settings.seed'));
  await silent(page);
});

await test('runs of other suites', async () => {
  const page = await open('mixed.html');
  check('a note says so', (await page.locator('.banner').allInnerTexts()).join(' ').includes('did not measure the same tasks'));
  check('both have their figures', (await charts(page)).find((c) => c.id === 'headline').series.length === 2);
  await silent(page);
});
