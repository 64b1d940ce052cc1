// A page of one run: its figures are those of summary.json, samples can be found, filtered and linked
// to, charts have tables and can be saved, and colours, paper and narrow windows are served.
import { readFileSync, statSync } from 'node:fs';
import { browsed, charts, check, figure, open, rows, silent, test } from './harness.mjs';

await test('one run', async () => {
  const page = await browsed(await open('one.html'));
  check('the page is below 3 MB', statSync('pages/one.html').size < 3e6);
  const summary = JSON.parse(readFileSync('runs/a/summary.json', 'utf8'));
  const text = await page.locator('#results table').allInnerTexts();
  const cells = text.join('\n');
  for (const entry of summary.entries.filter((e) => e.depth === 0)) {
    for (const score of entry.scores) {
      if (score.value.value === undefined) continue;
      check(`${entry.name} ${score.metric} is in the table`, cells.includes(figure(score.value.value)));
      check(`${entry.name} n`, cells.includes(String(score.value.n)));
    }
  }
  const headline = (await charts(page)).find((c) => c.id === 'headline');
  const dots = headline.marks.filter((m) => 'value' in m.value).length;
  await page.waitForSelector('#chart-headline svg.interactive');
  check('a dot per figure', (await page.locator('#chart-headline g[aria-label="dot"] path').count()) === dots);
  const [, total] = /of (\d+) samples/.exec(await page.locator('.count').innerText());
  check('all samples are listed', Number(total) === summary.items);
  await silent(page);
});

await test('outcomes add up', async () => {
  const page = await browsed(await open('one.html'));
  const total = Number(/of (\d+)/.exec(await page.locator('.count').innerText())[1]);
  let sum = 0;
  for (const outcome of ['r', 'w', 'p', 'v', 'n', 'e']) {
    await page.getByLabel('Outcome', { exact: true }).selectOption(outcome);
    await page.waitForFunction((o) => {
      const rows = [...document.querySelectorAll('.row .outcome')];
      return rows.every((row) => row.classList.contains(`o-${o}`));
    }, outcome);
    sum += Number(/^(\d+)/.exec(await page.locator('.count').innerText())[1]);
  }
  check('each sample has one outcome', sum === total);
  await silent(page);
});

await test('deep link, keyboard and text filter', async () => {
  const lines = readFileSync('runs/a/samples.jsonl', 'utf8').trim().split('\n').slice(1).map((l) => JSON.parse(l));
  const sample = lines.find((l) => l.task === 'mini-gsm8k');
  const page = await browsed(await open('one.html', `#task=mini-gsm8k&item=${encodeURIComponent(sample.item)}`));
  await page.waitForSelector('.detail h3');
  check('the item of the link', (await page.locator('.detail h3').innerText()).includes(sample.item));
  check('its completion', (await page.locator('.completion pre').first().innerText()).includes(sample.response.texts[0].text.trim()));
  await page.locator('.list').focus();
  await page.keyboard.press('ArrowDown');
  await page.waitForFunction((id) => !document.querySelector('.detail h3').textContent.includes(`item ${id} `), sample.item);
  check('the link follows the keys', !page.url().endsWith(`item=${sample.item}`));
  await page.getByLabel('Text', { exact: true }).fill('no such text anywhere');
  await page.waitForFunction(() => document.querySelector('.count').textContent.startsWith('0 of'));
  check('a text that is nowhere finds nothing', (await page.locator('.row').count()) === 0);
  await silent(page);
});

await test('dark', async () => {
  const page = await open('one.html', '', { colorScheme: 'dark' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.locator('button.theme').click();
  const light = await ground();
  check('the system and the button choose the colours', dark !== light && light === 'rgb(255, 255, 255)');
  await silent(page);
});

await test('every view has the figures of summary.json', async () => {
  const page = await open('one.html');
  const summary = JSON.parse(readFileSync('runs/a/summary.json', 'utf8'));
  // Each figure of each task stands in a row with its metric, value, interval and n.
  const all = (await rows(page, '#results')).map((row) => row.join('|'));
  for (const entry of summary.entries.filter((e) => e.depth === 0)) {
    for (const { metric, value } of entry.scores) {
      if (value.value === undefined) continue;
      const wanted = [entry.name, metric, figure(value.value), `${figure(value.interval[0])} … ${figure(value.interval[1])}`, String(value.n)];
      check(`a row for ${wanted}`, all.some((row) => wanted.every((text) => row.includes(text))));
    }
  }
  for (const chart of (await charts(page)).filter((c) => c.id.startsWith('headline'))) {
    for (const mark of chart.marks) {
      const [name] = mark.row.split(' · ');
      const entry = summary.entries.find((e) => e.name === name);
      const same = entry.scores.some((s) => JSON.stringify(s.value) === JSON.stringify(mark.value));
      check(`the dot of ${mark.row}`, same);
    }
  }
  // The needles' grid: items found per length add up to the task's own figure.
  const curve = (await charts(page)).find((c) => c.kind === 'curves' && c.marks.length > 1);
  const needle = summary.entries.find((e) => e.name === 'mini-needle').scores[0].value;
  const found = curve.marks.reduce((sum, m) => sum + (m.value.n ?? 0) * (m.value.value ?? 0), 0);
  check('the curve over lengths holds every needle', Math.abs(found - needle.value * needle.n) < 1e-9);
  await silent(page);
});

await test('every chart has its table, and can be copied and saved', async () => {
  const page = await open('one.html');
  const figures = await page.$$eval('figure.chart-figure', (all) =>
    all.map((f) => [f.querySelectorAll('details.chart-table tbody tr').length, JSON.parse(f.querySelector('.chart-data').textContent).marks.length, f.querySelectorAll('.tools button').length]));
  check('a row per mark', figures.length > 0 && figures.every(([lines, marks]) => lines >= marks));
  check('two buttons per chart', figures.every(([, , buttons]) => buttons === 2));
  // A page from the disk may not use the clipboard: the figure is then saved.
  await page.evaluate(() => Object.defineProperty(navigator, 'clipboard', { value: { writeText: (t) => { window.copied = t; return Promise.resolve(); } } }));
  await page.locator('#chart-headline button', { hasText: 'SVG' }).click();
  await page.waitForFunction(() => window.copied !== undefined);
  const svg = await page.evaluate(() => {
    const read = new DOMParser().parseFromString(window.copied, 'image/svg+xml');
    return { error: read.querySelector('parsererror') !== null, root: read.documentElement.namespaceURI, marks: read.querySelectorAll('title').length };
  });
  check('the SVG stands alone', !svg.error && svg.root === 'http://www.w3.org/2000/svg' && svg.marks > 0);
  const saved = page.waitForEvent('download');
  await page.locator('#chart-headline button', { hasText: 'PNG' }).click();
  const bytes = readFileSync(await (await saved).path());
  check('the PNG is a picture', bytes.subarray(1, 4).toString() === 'PNG' && bytes.readUInt32BE(16) > 600);
  await silent(page);
});

await test('paper and narrow windows', async () => {
  const page = await open('one.html');
  await page.emulateMedia({ media: 'print' });
  const shown = (selector) => page.locator(selector).first().isVisible();
  check('on paper: drawings and tables, nothing to press', (await shown('svg.static')) && (await shown('#results table')) && !(await shown('nav')) && !(await shown('.tools')));
  await page.emulateMedia({ media: 'screen' });
  await page.setViewportSize({ width: 380, height: 700 });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  check('a narrow window has no sideways scrolling', over <= 0);
  await silent(page);
});

await test('without its script', async () => {
  const page = await open('one.html');
  const context = page.context();
  const still = await context.browser().newContext({ javaScriptEnabled: false });
  const bare = await still.newPage();
  await bare.goto(page.url());
  check('charts and tables are there', (await bare.locator('svg.static').first().isVisible()) && (await bare.locator('#results table').first().isVisible()));
  check('the samples say where they are', (await bare.locator('#sample-browser').innerText()).includes('assay show'));
  await still.close();
  await silent(page);
});
