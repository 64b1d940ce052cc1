// What a page must survive: texts that try to be something else, folders that do not verify, runs that
// are not finished.
import { browsed, check, open, silent, test } from './harness.mjs';

async function choose(page, i) {
  await page.locator('.list').focus();
  await page.keyboard.press(i === 0 ? 'Home' : 'ArrowDown');
  await page.waitForFunction((at) => document.querySelector(`#row-${at}.current`) !== null, i);
}

async function shows(page, text) {
  await page.waitForFunction((t) => document.querySelector('.completion pre')?.textContent.includes(t), text);
}

// assay itself never writes half a surrogate pair; another program's page might hold one.
async function plantHalfPair(page) {
  return page.evaluate(async () => {
    const through = async (bytes, stream) => new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
    let found = false;
    for (const block of document.querySelectorAll('script[id^="block-"]')) {
      const packed = Uint8Array.from(atob(block.textContent), (c) => c.charCodeAt(0));
      const json = new TextDecoder().decode(await through(packed, new DecompressionStream('gzip')));
      const planted = json.replaceAll('half a pair @', 'half a pair \\ud83d');
      if (planted === json) continue;
      const bytes = await through(new TextEncoder().encode(planted), new CompressionStream('gzip'));
      let binary = '';
      for (const byte of bytes) binary += String.fromCharCode(byte);
      block.textContent = btoa(binary);
      found = true;
    }
    return found;
  });
}

await test('hostile texts', async () => {
  const page = await browsed(await open('hostile.html', '#task=mini-gsm8k'));
  check('half a pair is planted', await plantHalfPair(page));
  const title = await page.title();
  const text = () => page.locator('.completion pre').first().evaluate((pre) => pre.textContent);
  await choose(page, 0);
  await shows(page, '<script>document.title');
  await choose(page, 1);
  await shows(page, 'esrever');
  check('a change of direction is a mark', (await text()).includes('U+202E') && !(await text()).includes('\u202e'));
  await choose(page, 2);
  await shows(page, '[31mred');
  check('an escape is a picture', (await text()).includes('\u241b[31m') && !(await text()).includes('\u001b'));
  await choose(page, 3);
  await shows(page, 'xxxxxxxx');
  check('a megabyte is cut until asked for', (await text()).length < 30000);
  await page.locator('.completion button', { hasText: 'remaining' }).click();
  await page.waitForFunction(() => document.querySelector('.completion pre').textContent.length > 1 << 20);
  await choose(page, 4);
  await shows(page, '</script></pre><!--');
  await choose(page, 5);
  await shows(page, 'half a pair');
  check('half a surrogate pair is a mark', /(U\+D83D|\ufffd)/.test(await text()));
  check('no script of a completion ran', (await page.title()) === title);
  check('no element of a completion exists', (await page.locator('.detail img, .detail script').count()) === 0);
  await silent(page);
});

await test('a run that does not verify', async () => {
  const page = await open('damaged.html');
  const banner = page.locator('.banner.damage');
  check('a banner says what failed', (await banner.innerText()).includes('does not verify') && (await banner.innerText()).includes('mini-arc acc'));
  const [red, green, blue] = await banner.evaluate((b) => getComputedStyle(b).color.match(/\d+/g).map(Number));
  check('it is red', red > 150 && green < 80 && blue < 80);
  await silent(page);
});

await test('a run that is not finished', async () => {
  const page = await open('unfinished.html');
  const said = await page.locator('.banner.warning').innerText();
  check('its progress', /is not finished: \d+ of \d+ items answered/.test(said));
  check('no figures', (await page.locator('#chart-headline').count()) === 0);
  await silent(page);
});
