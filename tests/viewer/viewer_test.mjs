// What a reader does with a page, in headless Chromium: node viewer_test.mjs CHROMIUM, in the folder
// that run.sh has filled.
import { begin, counts, end } from './harness.mjs';

await begin(process.argv[2]);
for (const part of ['one_run', 'several_runs', 'tokens', 'audit', 'trust']) await import(`./${part}.mjs`);
await end();
console.log(`${counts.passed} passed, ${counts.failed} failed`);
process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);
