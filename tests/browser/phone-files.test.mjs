// What the phone assistant consists of: little enough for a bad network, and old enough for old phones.

import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'acorn';

const DIST = new URL('../../web/dist/app', import.meta.url).pathname;
/** Compressed bytes until an officer can sign in, verify and send. */
const BUDGET = 150_000;

const page = await readFile(join(DIST, 'index.html'), 'utf8');
const packed = async (name) => (await stat(join(DIST, `${name}.gz`))).size;

test(`what the first screen needs is at most ${BUDGET} bytes, compressed`, async () => {
  const names = [...page.matchAll(/(?:src|href)="\/app\/(assets\/[^"]+|old\.js)"/g)].map(([, name]) => name).filter((name) => !name.includes('-legacy'));
  assert(names.some((name) => name.endsWith('.js')) && names.some((name) => name.endsWith('.css')), `${names}`);
  let bytes = await packed('index.html');
  for (const name of new Set(names)) bytes += await packed(name);
  process.stdout.write(`phone entry: ${bytes} bytes of ${BUDGET}\n`);
  assert(bytes <= BUDGET, `${bytes} bytes: ${names}`);
});

test('old browsers get scripts that Chrome 53 can read', async () => {
  const old = (await readdir(join(DIST, 'assets'))).filter((name) => name.includes('-legacy') && name.endsWith('.js'));
  assert(old.length > 1 && page.includes('nomodule'));
  for (const name of [...old.map((name) => `assets/${name}`), 'sw.js', 'old.js']) {
    // ES2016: Chrome 53 has no `async` yet.
    parse(await readFile(join(DIST, name), 'utf8'), { ecmaVersion: 2016 });
  }
});

test('nothing is asked of anybody else, and nothing within the page runs that the policy does not name', () => {
  const policy = /http-equiv="Content-Security-Policy" content="([^"]+)"/.exec(page)?.[1] ?? '';
  assert.match(policy, /default-src 'none'/);
  assert(!/unsafe/.test(policy));
  for (const [, address] of page.matchAll(/<(?:script|link|img)\b[^>]*\s(?:src|href|data-src)="([^"]+)"/g)) assert.match(address, /^\/app\//);
});
