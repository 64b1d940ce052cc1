// What the browser tests share: opening a page from the disk with its complaints kept, and counting
// checks. No check depends on how fast the machine is: each waits for what it expects.
import { resolve } from 'node:path';
import { chromium } from 'playwright-core';

export const counts = { passed: 0, failed: 0 };
const limit = 240000;
let browser = null;

export async function begin(executablePath) {
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

export async function end() {
  await browser.close();
}

export function check(what, holds) {
  if (holds) {
    ++counts.passed;
  } else {
    ++counts.failed;
    console.log(`FAILED: ${what}`);
  }
}

// Opens a page from the disk; everything it complains about, and every request it makes, is kept.
export async function open(file, hash = '', options = {}) {
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
  return page;
}

// The samples are there and the list is filled.
export async function browsed(page) {
  await page.waitForFunction(() => / of \d+ samples/.test(document.querySelector('.count')?.textContent ?? ''));
  return page;
}

export async function silent(page) {
  check(`${page.url()}: the console is silent and nothing is fetched`, page.complaints.length === 0);
  if (page.complaints.length > 0) console.log(page.complaints.slice(0, 3));
  await page.context().close();
}

// As the program writes figures: an exact tie goes to the even digit, which toFixed does not do.
export function figure(value) {
  if (Math.abs(value) >= 1e6) return value.toPrecision(6);
  const tie = /\.\d{4}50*$/.test(value.toFixed(60));
  return (tie ? (2 * Math.round(value * 5e3)) / 1e4 : value).toFixed(4);
}

export async function charts(page) {
  return page.$$eval('script.chart-data', (all) => all.map((s) => JSON.parse(s.textContent)));
}

// The rows of a table, as texts of their cells.
export async function rows(page, selector) {
  return page.$$eval(`${selector} tbody tr`, (all) => all.map((row) => [...row.cells].map((c) => c.textContent.trim())));
}

// Waits until the number of samples in the list is known, and gives it.
export async function listed(page) {
  return Number(/^(\d+) of/.exec(await page.locator('.count').innerText())[1]);
}

export async function test(name, run) {
  try {
    await run();
  } catch (error) {
    check(`${name}: ${error.message.split('\n')[0]}`, false);
  }
}
