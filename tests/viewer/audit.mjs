// Audits of whole pages. Contrast: every visible text against what lies behind it, and every mark of a
// chart and border of a control against the ground, in light and dark, by WCAG 2.2 (1.4.3, 1.4.11).
// Keyboard: every control is reached by Tab and shows that it has the focus.
import { existsSync } from 'node:fs';
import { browsed, check, open, silent, test } from './harness.mjs';

// Runs in the page. Everything is unfolded and in the window, so that elementsFromPoint sees it.
function contrasts() {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const seen = new Map();
  const parse = (colour) => {
    if (!seen.has(colour)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      seen.set(colour, [r, g, b, a / 255]);
    }
    return seen.get(colour);
  };
  const over = ([r, g, b, a], share, under) => [r, g, b].map((c, i) => c * a * share + under[i] * (1 - a * share));
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, two) => {
    const [x, y] = [luminance(one), luminance(two)].sort((a, b) => b - a);
    return (x + 0.05) / (y + 0.05);
  };
  const page = parse(getComputedStyle(document.body).backgroundColor).slice(0, 3);
  const isShape = (e) => e instanceof SVGGeometryElement;
  // What is behind an element at a point: the layers below it and its own background.
  const behind = (element, x, y) => {
    const stack = document.elementsFromPoint(x, y);
    const at = stack.indexOf(element);
    if (at < 0) return null; // scrolled out of its box, or covered
    let colour = page;
    for (const layer of stack.slice(at).reverse()) {
      const style = getComputedStyle(layer);
      if (isShape(layer)) {
        if (layer === element || style.fill === 'none' || style.fill.startsWith('url')) continue;
        colour = over(parse(style.fill), Number(style.fillOpacity) * Number(style.opacity), colour);
      } else {
        colour = over(parse(style.backgroundColor), 1, colour);
      }
    }
    return colour;
  };
  const opacity = (element) => {
    let share = 1;
    for (let e = element; e !== null; e = e.parentElement) share *= Number(getComputedStyle(e).opacity);
    return share;
  };
  const found = { texts: 0, marks: 0, controls: 0, low: [] };
  const say = (what, element, got, least) => {
    if (got < least - 0.005) found.low.push(`${what} ${element.tagName}.${element.getAttribute('class') ?? ''} "${element.textContent.trim().slice(0, 30)}": ${got.toFixed(2)}, not ${least}`);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.textContent.trim() === '' || ['SCRIPT', 'STYLE', 'OPTION', 'title'].includes(element.tagName)) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    if (element.closest(':disabled') !== null) continue; // exempt
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = [...range.getClientRects()].find((r) => r.width > 1 && r.height > 1);
    if (box === undefined) continue;
    const ground = behind(element, box.x + box.width / 2, box.y + box.height / 2);
    if (ground === null) continue;
    const style = getComputedStyle(element);
    const colour = parse(element instanceof SVGElement ? style.fill : style.color);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    ++found.texts;
    say('text', element, ratio(over(colour, opacity(element) * (element instanceof SVGElement ? Number(style.fillOpacity) : 1), ground), ground), large ? 3 : 4.5);
  }
  const drawn = 'svg.static .mark, svg.static .interval, svg.static .curve, svg.static .absent, svg.static .front, .interactive g[aria-label="dot"] path, .interactive g[aria-label="rule"] line, .probability .bar';
  for (const mark of document.querySelectorAll(drawn)) {
    if (!mark.checkVisibility()) continue;
    const style = getComputedStyle(mark);
    const colour = mark instanceof SVGElement ? (style.fill !== 'none' && !mark.matches('.interval, .curve, .front, .absent, line') ? style.fill : style.stroke) : style.backgroundColor;
    ++found.marks;
    say('mark', mark, ratio(over(parse(colour), opacity(mark), page), page), 3);
  }
  for (const control of document.querySelectorAll('select, input:not([type="checkbox"]), button')) {
    if (!control.checkVisibility() || control.disabled) continue;
    ++found.controls;
    say('border', control, ratio(over(parse(getComputedStyle(control).borderTopColor), 1, page), page), 3);
  }
  return found;
}

const pages = ['one.html', 'pair.html', 'mixed.html', 'damaged.html', 'unfinished.html', ...(existsSync('pages/models.html') ? ['models.html'] : [])];
for (const colorScheme of ['light', 'dark']) {
  for (const file of pages) {
    await test(`contrast of ${file}, ${colorScheme}`, async () => {
      const page = await open(file, '', { colorScheme });
      if (file !== 'unfinished.html') {
        await browsed(page);
        await page.locator('.list').focus();
        await page.keyboard.press('Home');
        await page.waitForSelector('.detail h3');
      }
      await page.evaluate(() => document.querySelectorAll('details').forEach((d) => (d.open = true)));
      await page.setViewportSize({ width: 1200, height: await page.evaluate(() => document.documentElement.scrollHeight) });
      await page.waitForFunction(() => document.querySelectorAll('figure.chart-figure').length === 0 || document.querySelector('.plot.drawn, svg.static') !== null);
      const found = await page.evaluate(contrasts);
      check(`${file}, ${colorScheme}: texts were looked at`, found.texts > 20);
      if (file !== 'unfinished.html') check(`${file}, ${colorScheme}: marks and controls were looked at`, found.marks > 3 && found.controls > 5);
      check(`${file}, ${colorScheme}: contrast`, found.low.length === 0);
      if (found.low.length > 0) console.log([...new Set(found.low)].slice(0, 12).join('\n'));
      await silent(page);
    });
  }
}

await test('the audit sees what is too pale', async () => {
  const page = await browsed(await open('one.html'));
  await page.addStyleTag({ content: 'h2 { color: #999 !important } select { border-color: #ddd !important } svg .mark { fill: #ccc !important }' }).catch(() => {});
  await page.evaluate(() => {
    document.querySelectorAll('h2').forEach((h) => (h.style.color = '#999'));
    document.querySelectorAll('select').forEach((s) => (s.style.borderColor = '#ddd'));
  });
  await page.setViewportSize({ width: 1200, height: await page.evaluate(() => document.documentElement.scrollHeight) });
  const { low } = await page.evaluate(contrasts);
  check('a pale heading', low.some((l) => l.startsWith('text H2')));
  check('a pale border', low.some((l) => l.startsWith('border SELECT')));
  await page.context().close();
});

await test('every control is reached by Tab and shows its focus', async () => {
  const page = await browsed(await open('pair.html', '#task=mini-gsm8k'));
  await page.locator('.list').focus();
  await page.keyboard.press('Home');
  await page.waitForSelector('.detail h3');
  const total = await page.evaluate(() => {
    const all = [...document.querySelectorAll('a[href], button, select, input, summary, [tabindex="0"]')]
      .filter((e) => e.checkVisibility({ visibilityProperty: true }) && !e.disabled && e.tabIndex >= 0);
    all.forEach((e, i) => e.setAttribute('data-stop', String(i)));
    document.activeElement.blur();
    window.scrollTo(0, 0);
    return all.length;
  });
  const reached = new Set();
  const dim = new Set();
  await page.evaluate(() => document.querySelector('.skip').focus());
  for (let i = 0; i < 2 * total + 20; ++i) {
    const stop = await page.evaluate(() => {
      const e = document.activeElement;
      if (e === null || e === document.body) return null;
      const style = getComputedStyle(e);
      const shown = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
      return { id: e.getAttribute('data-stop'), shown, what: `${e.tagName}.${e.className} ${e.textContent.slice(0, 20)}` };
    });
    if (stop?.id != null) {
      if (reached.has(stop.id) && reached.size >= total) break;
      reached.add(stop.id);
      if (!stop.shown) dim.add(stop.what);
    }
    await page.keyboard.press('Tab');
  }
  check(`${total} controls, ${reached.size} reached`, total > 20 && reached.size === total);
  if (reached.size !== total) {
    console.log(await page.evaluate((ids) => [...document.querySelectorAll('[data-stop]')].filter((e) => !ids.includes(e.dataset.stop)).slice(0, 5).map((e) => e.outerHTML.slice(0, 120)), [...reached]));
  }
  check('each shows its focus', dim.size === 0);
  if (dim.size > 0) console.log([...dim].slice(0, 5));
  await silent(page);
});

await test('Enter goes into a sample, Escape out of it and out of a search', async () => {
  const page = await browsed(await open('one.html'));
  const inside = (selector) => page.evaluate((s) => document.activeElement.closest(s) !== null, selector);
  await page.locator('.list').focus();
  await page.keyboard.press('Home');
  await page.waitForSelector('.detail h3');
  await page.keyboard.press('Enter');
  check('Enter goes into the sample', await inside('.detail'));
  await page.keyboard.press('Escape');
  check('Escape goes back to the list', (await inside('.list')) && !(await inside('.detail')));
  check('the link names the sample', page.url().includes('item='));
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => document.querySelector('.detail h3') === null);
  check('Escape in the list closes the sample and its link', !page.url().includes('item='));
  const all = await page.locator('.count').innerText();
  await page.keyboard.press('/');
  await page.keyboard.type('no such text');
  await page.waitForFunction(() => document.querySelector('.count').textContent.startsWith('0 of'));
  await page.keyboard.press('Escape');
  await page.waitForFunction((text) => document.querySelector('.count').textContent === text, all);
  check('Escape empties the search', (await page.getByLabel('Text', { exact: true }).inputValue()) === '');
  await silent(page);
});
