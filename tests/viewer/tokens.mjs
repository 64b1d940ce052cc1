// Token boundaries: drawn where the vocabulary was at hand and gives the record's key, said to be
// unknown elsewhere; and the token at which two runs part, worked out here from the ids on record.
import { existsSync, readFileSync } from 'node:fs';
import { browsed, check, open, silent, test } from './harness.mjs';

const lines = (run) => readFileSync(`runs/${run}/samples.jsonl`, 'utf8').trim().split('\n').slice(1).map((line) => JSON.parse(line));

await test('tokens of a model that reads bytes', async () => {
  const sample = lines('a').find((l) => l.task === 'mini-gsm8k');
  const page = await browsed(await open('bytes.html', `#task=mini-gsm8k&item=${encodeURIComponent(sample.item)}`));
  await page.waitForSelector('.prompt pre .token');
  const prompt = sample.request.prompt;
  const tokens = await page.locator('.prompt pre .token').allTextContents();
  check('a token per character', tokens.length === [...prompt].length);
  check('they spell the prompt', tokens.join('') === prompt);
  await page.getByLabel('lines between tokens').uncheck();
  const shadow = await page.locator('.prompt pre .token').first().evaluate((t) => getComputedStyle(t).boxShadow);
  check('the lines can be hidden', shadow === 'none');
  await silent(page);
});

await test('a run whose vocabulary is not at hand', async () => {
  const page = await browsed(await open('one.html', '#task=mini-arc'));
  await page.locator('.list').focus();
  await page.keyboard.press('Home');
  await page.waitForSelector('.prompt');
  check('it says so', (await page.locator('.prompt').innerText()).includes('Token boundaries are not recorded'));
  check('no boundary is made up', (await page.locator('.token').count()) === 0);
  await silent(page);
});

// The ids as docs/formats.md writes them: base64 of numbers of seven bits a byte, low ones first.
function ids(text) {
  const out = [];
  let value = 0;
  let shift = 0;
  for (const byte of Buffer.from(text, 'base64')) {
    value += (byte & 127) * 2 ** shift;
    shift += 7;
    if (byte < 128) {
      out.push(value);
      value = shift = 0;
    }
  }
  return out;
}

if (!existsSync('pages/models.html')) {
  console.log('skipped: this program has no engine, so no run has token ids');
} else {
  await test('the token at which two runs part', async () => {
    const [one, two] = [lines('e'), lines('f')];
    let parted = 0;
    for (const a of one) {
      const b = two.find((l) => l.item === a.item);
      const [x, y] = [a, b].map((l) => ids(l.response.texts[0].ids));
      const at = x.findIndex((id, i) => id !== y[i]);
      if (at < 0) continue;
      ++parted;
      const page = await browsed(await open('models.html', `#task=mini-gsm8k&item=${encodeURIComponent(a.item)}`));
      await page.waitForSelector('mark.diverges');
      const sides = page.locator('.side');
      check(`item ${a.item}: its number is told`, (await sides.first().locator('.completion h5').innerText()).includes(`after ${at} tokens`));
      // Tokens in front of the mark: as many as are the same. Those of a character count once.
      const [before, marked, texts] = await sides.first().locator('.completion pre').evaluate((pre) => {
        const tokens = [...pre.querySelectorAll('.token')];
        const first = tokens.findIndex((t) => t.closest('mark.diverges') !== null);
        return [first, tokens.filter((t) => t.closest('mark.diverges') !== null).length, tokens.every((t) => !t.classList.contains('several'))];
      });
      if (texts) check(`item ${a.item}: token ${at} is marked and no other`, before === at && marked === 1);
      await silent(page);
      if (parted === 2) break;
    }
    check('the runs part somewhere', parted > 0);
  });

  await test('prompts of a GGUF have its tokens', async () => {
    const sample = lines('e')[0];
    const page = await browsed(await open('models.html', `#task=mini-gsm8k&item=${encodeURIComponent(sample.item)}`));
    await page.waitForSelector('.prompt .token');
    const tokens = await page.locator('.prompt pre .token').count();
    // The added beginning token stands in front as a mark of its own.
    check('as many as were asked', tokens + 1 === sample.response.prompt_tokens);
    check('the added one is shown', (await page.locator('.prompt pre .control').first().innerText()) === '<|begin|>');
    await silent(page);
  });
}
