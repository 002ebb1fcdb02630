// How quick the query screen is on a whole county's register (118,097 households), as `make bench-county` has loaded it:
// from the press of a button until the rows stand there, and how many requests it takes.
// `office-measure.mjs LOADED BINARIES FILE`; what isn't among the binaries is taken from those of `make build`.

import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join, resolve } from 'node:path';
import { launch } from './browser.mjs';
import { desk, settled } from './office.mjs';
import { until } from './stack.mjs';

const [LOADED = 'target/bench-county/loaded-118097', BINARIES = 'target/county', FILE = 'target/office-measures.txt'] = process.argv.slice(2);
const BUILT = 'target/debug';
const COUNTY = '530627';
/** The password that `anju-load county` gives all accounts. */
const PASSWORD = 'County-2020!x';
const CAPTCHA = '2020';
const TIMES = 15;
/** What still feels immediate, in milliseconds. */
const GOAL = 1000;

const median = (numbers) => numbers.toSorted((one, other) => one - other)[numbers.length >> 1];

/** What was asked of the API; the browser asks for the page's icon by itself. */
const ofApi = (page) => page.requests.filter((request) => new URL(request.url()).pathname.startsWith('/v1/'));

/** A folder of links to all programs: those that are measured, and what the platform needs besides. */
async function programs(folder) {
  await mkdir(folder);
  for (const from of [BINARIES, BUILT]) {
    for (const entry of await readdir(from, { withFileTypes: true }).catch(() => [])) {
      const isProgram = entry.isFile() && extname(entry.name) === '' && !entry.name.startsWith('.');
      if (isProgram) await symlink(resolve(from, entry.name), join(folder, entry.name)).catch(() => undefined); // the first one stays
    }
  }
  return folder;
}

const folder = await mkdtemp(join(tmpdir(), 'anju-office-'));
const data = join(folder, 'data');
await cp(LOADED, data, { recursive: true }).catch(async () => {
  await rm(folder, { recursive: true, force: true });
  throw new Error(`no register at ${LOADED}: run make bench-county first`);
});
// One of an earlier run would lead elsewhere.
await rm(join(data, 'stack.json'), { force: true });
const functions = await programs(join(folder, 'functions'));
const stack = spawn(join(functions, 'anju-local'), [
  'run', '--port', '0', '--template', 'infra/template.yaml', '--data-dir', data, '--functions-dir', functions,
  '--parameter', `CaptchaAnswer=${CAPTCHA}`,
], { env: { ...process.env, RUST_LOG: 'warn,dynoxide=error,s3s=off' }, stdio: 'inherit' });
const ended = new Promise((resolve) => stack.on('exit', resolve));
const browser = await launch();
try {
  const facts = await until(() => {
    if (stack.exitCode !== null) throw new Error('the stack ended');
    return readFile(join(data, 'stack.json'), 'utf8').then(JSON.parse, () => undefined);
  }, 'the stack', { seconds: 120 });
  const page = await desk(browser);
  await page.goto(`${facts.address}/office/#/households`);
  // Also the captcha: without it nobody is let in.
  await settled(page);
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
      const asked = ofApi(page).length;
      const since = performance.now();
      await act();
      await shown();
      times.push(performance.now() - since);
      requests.push(ofApi(page).length - asked);
    }
    slowest = Math.max(slowest, median(times));
    lines.push(`${what}: p50 ${Math.round(median(times))} ms, slowest ${Math.round(Math.max(...times))} ms, ${Math.max(...requests)} request(s) of the API, ${await total()}`);
  }

  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  const at = (number) => page.locator('[data-test=page]', { hasText: `第 ${number.toLocaleString('en')} /` }).waitFor();
  const firstRow = () => page.locator('[data-household]').first().getAttribute('data-household');
  const otherRows = (before) => page.waitForFunction((before) => document.querySelector('[data-household]')?.dataset.household !== before && !document.querySelector('[aria-busy=true]'), before);
  const total = async () => (await page.locator('[data-test=total]').allInnerTexts())[0] ?? '共 0 条';
  lines.push(`register: ${await total()}`);

  const pages = Number((await page.locator('[data-test=page]').innerText()).match(/\/ ([\d,]+)/)[1].replaceAll(',', ''));
  const middle = Math.min(3000, pages >> 1);
  let before;
  /** Leads to a page by a button, and notes what stands there. On that page already, the button can't be pressed. */
  const from = (name, number) => async () => {
    const button = page.getByRole('button', { name, exact: true });
    if (await button.isEnabled()) await button.click();
    await at(number);
    await settled(page);
    before = await firstRow();
  };
  const arrived = async (number) => {
    await at(number);
    await otherRows(before);
  };
  await measure('first page', from('末页', pages), () => press('首页'), () => arrived(1));
  await measure(`page ${pages.toLocaleString('en')}`, from('首页', 1), () => press('末页'), () => arrived(pages));
  await measure(`page ${middle.toLocaleString('en')} by its number`, from('首页', 1), async () => {
    await page.getByLabel('跳至页码').fill(String(middle));
    await press('跳转');
  }, () => arrived(middle));

  const name = await page.locator('[data-household] th a').first().innerText();
  const filters = {
    'filter: pending': () => page.getByLabel('是否完成核验').selectOption('pending'),
    'filter: drafts appraised as safe': async () => { await page.getByLabel('是否完成核验').selectOption('draft'); await page.getByLabel('保障方式').selectOption('appraised'); },
    'filter: alerts of invalid ID numbers': () => page.getByLabel('数据预警').selectOption('id_invalid'),
    'filter: a head by name': () => page.getByLabel('户主姓名').fill(name),
  };
  for (const [what, choose] of Object.entries(filters)) {
    await measure(what, () => press('重置'), async () => {
      await choose();
      await Promise.all([page.waitForResponse('**/v1/households/search'), press('查询')]);
    }, () => page.waitForFunction(() => !document.querySelector('[aria-busy=true]')));
  }

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
