// Holds each golden block list of this room to the types of Slack's own @slack/types: every
// list becomes a call with the package's type, and tsc reads them all. A key that the package does
// not know, a wrong value and a lacking key are faults.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// Blocks that @slack/types 3.2.0 does not know, and where Slack describes them. They are left
// out of their lists; one that the package has learned is a fault here.
const unknown = {
  data_visualization: 'docs.slack.dev/reference/block-kit/blocks/data-visualization-block, newer than the package',
};

const here = dirname(fileURLToPath(import.meta.url));
const goldens = join(here, '..');
const leftOut = {};

const known = (blocks) => blocks.filter((b) => {
  if (!unknown[b.type]) return true;
  leftOut[b.type] = (leftOut[b.type] ?? 0) + 1;
  return false;
});

// What must be refused, or nothing is checked.
const wrong = {
  'a wrong type': [{ type: 'section', text: { type: 'plain', text: 'a' } }],
  'a key of another block': [{ type: 'header', text: { type: 'plain_text', text: 'a' }, elements: [] }],
  'a lacking key': [{ type: 'actions' }],
  'an unknown block': [{ type: 'sections' }],
  'a wrong button in a list': [{ type: 'actions', elements: [{ type: 'button', text: { type: 'mrkdwn', text: 'a' }, action_id: 'a' }] }],
};

const lines = ["import type { KnownBlock, View } from '@slack/types';", 'declare function blocks(list: KnownBlock[]): void;', 'declare function view(v: View): void;'];
let lists = 0;
for (const file of readdirSync(goldens, { recursive: true }).filter((f) => !f.includes('node_modules') && f.endsWith('.golden.json')).sort()) {
  const golden = JSON.parse(readFileSync(join(goldens, file), 'utf8'));
  for (const one of Array.isArray(golden) ? golden : [golden]) {
    lines.push(`// ${file}`);
    if (one.Blocks) lines.push(`blocks(${JSON.stringify(known(one.Blocks), null, 1)});`);
    else if (one.blocks) lines.push(`view(${JSON.stringify({ ...one, blocks: known(one.blocks) }, null, 1)});`);
    else throw new Error(`${file} holds something without blocks`);
    lists++;
  }
}
if (lists === 0) throw new Error(`no golden block list in ${goldens}`);
for (const [what, list] of Object.entries(wrong)) lines.push(`// @ts-expect-error ${what}`, `blocks(${JSON.stringify(list)});`);
for (const type of Object.keys(unknown)) lines.push(`// @ts-expect-error ${type} is known by now: take it off the list`, `const ${type}: KnownBlock['type'] = '${type}';`);

const dir = mkdtempSync(join(here, 'node_modules', 'golden-'));
try {
  const file = join(dir, 'golden.ts');
  writeFileSync(file, lines.join('\n') + '\n');
  const tsc = join(here, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [tsc, '--noEmit', '--strict', '--module', 'nodenext', '--moduleResolution', 'nodenext', file], { stdio: 'inherit' });
} finally {
  rmSync(dir, { recursive: true });
}
console.log(`${lists} golden block lists are of @slack/types, ${Object.keys(wrong).length} wrong ones are not`);
for (const [type, n] of Object.entries(leftOut)) console.log(`not checked: ${n} ${type} (${unknown[type]})`);
