// A table of answers that try to be something else than text: markup, terminal escapes, direction
// marks and a line of a megabyte. No table can hold half a surrogate pair: trust.mjs puts it into the
// page in place of the @.
import { execFileSync } from 'node:child_process';

const program = process.argv[2];
const shown = execFileSync(program, ['show', 'mini-gsm8k', '--shots', '0', '--limit', '100000', '--json'], { encoding: 'utf8' });
const answers = [
  '<script>document.title = "owned"</script><img src=x onerror="document.title=1"> #### 1',
  '\u202Eesrever\u202C \u200Fמימין לשמאל #### 2',
  '\u001b[31mred\u001b[2J\u0007 #### 3',
  'x'.repeat(1 << 20) + ' #### 4',
  '</script></pre><!-- #### 5',
  'half a pair @ #### 6',
];
for (const [i, line] of shown.trim().split('\n').entries()) {
  const { context } = JSON.parse(line);
  console.log(JSON.stringify({ prompt: context, responses: [answers[i % answers.length]] }));
}
