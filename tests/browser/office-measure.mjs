// How quick the query screen is on a whole county's register (118,097 households), as `make bench-county` has loaded it:
// from the press of a button until the rows stand there, and how many requests it takes.
// `office-measure.mjs LOADED BINARIES FILE`

import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { launch } from './browser.mjs';
import { desk, settled } from './office.mjs';
import { until } from './stack.mjs';

const [LOADED = 'target/bench-county/loaded-118097', BINARIES = 'target/county', FILE = 'target/office-measures.txt'] = process.argv.slice(2);
const COUNTY = '530627';
/** The password that `anju-load county` gives all accounts. */
const PASSWORD = 'County-2020!x';
const CAPTCHA = '2020';
const TIMES = 15;
const LAST = 5905;
/** What still feels immediate, in milliseconds. */
const GOAL = 1000;

const median = (numbers) => numbers.toSorted((one, other) => one - other)[numbers.length >> 1];

const folder = `${LOADED}-office`;
await rm(folder, { recursive: true, force: true });
await cp(LOADED, folder, { recursive: true }).catch(() => {
  throw new Error(`no register at ${LOADED}: run make bench-county first`);
});
const stack = spawn(join(BINARIES, 'anju-local'), [
  'run', '--port', '0', '--template', 'infra/template.yaml', '--data-dir', folder, '--functions-dir', BINARIES,
  '--parameter', `CaptchaAnswer=${CAPTCHA}`,
], { env: { ...process.env, RUST_LOG: 'warn' }, stdio: 'inherit' });
const ended = new Promise((resolve) => stack.on('exit', resolve));
const browser = await launch();
try {
  const facts = await until(() => readFile(join(folder, 'stack.json'), 'utf8').then(JSON.parse, () => undefined), 'the stack', { seconds: 120 });
  const page = await desk(browser);
  await page.goto(`${facts.address}/office/#/households`);
  await page.locator('[name=account]').fill(COUNTY);
  await page.locator('[name=password]').fill(PASSWORD);
  await page.locator('[name=captcha]').fill(CAPTCHA);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.locator('[data-household]').first().waitFor();
  await settled(page);

  const lines = [];
  let slowest = 0;
  /** Does something until its page is shown, many times, each from where `before` leads. */
  async function measure(what, before, act, shown) {
    const [times, requests] = [[], []];
    for (let time = 0; time < TIMES; time++) {
      await before();
      await settled(page);
      const asked = page.requests.length;
      const since = performance.now();
      await act();
      await shown();
      times.push(performance.now() - since);
      requests.push(page.requests.length - asked);
    }
    slowest = Math.max(slowest, median(times));
    lines.push(`${what}: p50 ${Math.round(median(times))} ms, slowest ${Math.round(Math.max(...times))} ms, ${Math.max(...requests)} request(s)`);
  }

  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  const at = (number) => page.locator('[data-test=page]', { hasText: `第 ${number.toLocaleString('en')} /` }).waitFor();
  const firstRow = () => page.locator('[data-household]').first().getAttribute('data-household');
  const otherRows = (before) => page.waitForFunction((before) => document.querySelector('[data-household]')?.dataset.household !== before && !document.querySelector('[aria-busy=true]'), before);
  const total = await page.locator('[data-test=total]').innerText();
  lines.push(`register: ${total}`);

  let before;
  await measure('first page', async () => { await press('末页'); await at(LAST); await settled(page); before = await firstRow(); }, () => press('首页'), async () => { await at(1); await otherRows(before); });
  await measure(`page ${LAST}`, async () => { await press('首页'); await at(1); await settled(page); before = await firstRow(); }, () => press('末页'), async () => { await at(LAST); await otherRows(before); });
  await measure('page 3,000 by its number', async () => { await press('首页'); await at(1); await settled(page); before = await firstRow(); },
    async () => { await page.getByLabel('跳至页码').fill('3000'); await press('跳转'); }, async () => { await at(3000); await otherRows(before); });
  await measure('filter: drafts appraised as safe', async () => { await press('重置'); await settled(page); },
    async () => { await page.getByLabel('是否完成核验').selectOption('draft'); await page.getByLabel('保障方式').selectOption('appraised'); await press('查询'); },
    () => page.waitForFunction((total) => document.querySelector('[data-test=total]')?.textContent.trim() !== total && !document.querySelector('[aria-busy=true]'), total));

  const text = `${lines.join('\n')}\n`;
  await mkdir(dirname(FILE), { recursive: true });
  await writeFile(FILE, text);
  process.stdout.write(text);
  if (slowest > GOAL) throw new Error(`over ${GOAL} ms`);
} finally {
  await browser.close();
  stack.kill('SIGTERM');
  await ended;
  await rm(folder, { recursive: true, force: true });
}
