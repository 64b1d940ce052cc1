// What a reader does with a page, in headless Chromium. No check depends on how fast the machine is:
// each waits for what it expects.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

let passed = 0;
let failed = 0;
const limit = 20000;

function check(what, holds) {
  if (holds) {
    ++passed;
  } else {
    ++failed;
    console.log(`FAILED: ${what}`);
  }
}

const browser = await chromium.launch({
  executablePath: process.argv[2],
  args: ['--no-sandbox', '--disable-dev-shm-usage'],
});

// Opens a page from the disk; everything it complains about, and every request it makes, is kept.
async function open(file, hash = '', options = {}) {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(limit);
  page.complaints = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) page.complaints.push(message.text());
  });
  page.on('pageerror', (error) => page.complaints.push(error.message));
  page.on('request', (request) => {
    if (!/^(file|data|blob):/.test(request.url())) page.complaints.push(`fetched ${request.url()}`);
  });
  await page.goto(`file://${resolve('pages', file)}${hash}`);
  await page.waitForSelector('html[data-viewer="ready"]', { state: 'attached' });
  await page.waitForFunction(() => / of \d+ samples/.test(document.querySelector('.count')?.textContent ?? ''));
  return page;
}

const figure = (value) => (Math.abs(value) < 1e6 ? value.toFixed(4) : value.toPrecision(6));

async function test(name, run) {
  try {
    await run();
  } catch (error) {
    check(`${name}: ${error.message.split('\n')[0]}`, false);
  }
}

await test('one run', async () => {
  const page = await open('one.html');
  check('the console is silent and nothing is fetched', page.complaints.length === 0);
  if (page.complaints.length > 0) console.log(page.complaints.slice(0, 3));
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
  const charts = await page.$$eval('script.chart-data', (all) => all.map((s) => JSON.parse(s.textContent)));
  const headline = charts.find((c) => c.id === 'headline');
  const dots = headline.marks.filter((m) => 'value' in m.value).length;
  await page.waitForSelector('#chart-headline svg.interactive');
  check('a dot per figure', (await page.locator('#chart-headline g[aria-label="dot"] path').count()) === dots);
  const [, total] = /of (\d+) samples/.exec(await page.locator('.count').innerText());
  check('all samples are listed', Number(total) === summary.items);
  await page.context().close();
});

await test('outcomes add up', async () => {
  const page = await open('one.html');
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
  await page.context().close();
});

await test('deep link, keyboard and text filter', async () => {
  const lines = readFileSync('runs/a/samples.jsonl', 'utf8').trim().split('\n').slice(1).map((l) => JSON.parse(l));
  const sample = lines.find((l) => l.task === 'mini-gsm8k');
  const page = await open('one.html', `#task=mini-gsm8k&item=${encodeURIComponent(sample.item)}`);
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
  await page.context().close();
});

await test('two runs', async () => {
  const page = await open('two.html');
  check('the console is silent', page.complaints.length === 0);
  await page.getByLabel('Change', { exact: true }).selectOption('flip');
  await page.waitForFunction(() => {
    const rows = [...document.querySelectorAll('.row')];
    return rows.every((row) => {
      const both = [...row.querySelectorAll('.outcome')].map((o) => o.className);
      return both.length === 2 && both[0] !== both[1];
    });
  });
  check('manifests are laid beside each other', (await page.locator('#manifest').innerText()).includes('settings.seed'));
  await page.context().close();
});

await test('dark', async () => {
  const page = await open('one.html', '', { colorScheme: 'dark' });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.locator('button.theme').click();
  const light = await ground();
  check('the system and the button choose the colours', dark !== light && light === 'rgb(255, 255, 255)');
  await page.context().close();
});

await test('hostile', async () => {
  const page = await open('hostile.html', '#task=mini-gsm8k');
  const title = await page.title();
  for (let i = 0; i < 5; ++i) {
    await page.locator('.list').focus();
    await page.keyboard.press(i === 0 ? 'Home' : 'ArrowDown');
    await page.waitForFunction((at) => document.querySelector(`#row-${at}.current`) !== null, i);
    await page.waitForSelector('.completion pre');
    if (i === 0) {
      await page.waitForFunction(() => document.querySelector('.completion pre').textContent.includes('<script>document.title'));
    }
  }
  check('no script of a completion ran', (await page.title()) === title);
  check('no element of a completion exists', (await page.locator('.detail img, .detail script').count()) === 0);
  check('the console is silent', page.complaints.length === 0);
  await page.context().close();
});

await test('a run that does not verify', async () => {
  const page = await open('damaged.html');
  check('a red banner', (await page.locator('.banner.damage').innerText()).includes('does not verify'));
  await page.context().close();
});

await browser.close();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
