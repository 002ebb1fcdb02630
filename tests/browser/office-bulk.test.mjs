// Imports, exports, workbooks and sheets of QR codes on the web platform, on the whole system.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { launch } from './browser.mjs';
import { accountOf, enter, settled } from './office.mjs';
import { importRegions } from './office-screens.mjs';
import { Stack } from './stack.mjs';

let browser;
let stack;
before(async () => {
  [browser, stack] = await Promise.all([launch(), Stack.start()]);
});
after(async () => {
  await browser?.close();
  await stack?.stop();
});

const button = (page, name) => page.getByRole('button', { name, exact: true });

/** The file that comes of doing something. */
async function downloaded(page, act) {
  const waiting = page.waitForEvent('download');
  await act();
  const download = await waiting;
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}

test('a file with bad rows is imported but for these, which the error file names; again it changes nothing', async () => {
  const page = await enter(browser, stack, 'nation', '/imports');
  const county = await accountOf(stack, 'county');
  const file = join(stack.folder, 'regions.csv');
  // The second row names a region whose parent isn't there.
  await writeFile(file, `code,name\n${county}999,新设镇\n990000999,不存在的镇\n`);
  const bring = async () => {
    await page.getByLabel('行政区划', { exact: true }).check();
    await page.getByLabel(/^文件/).setInputFiles(file);
    await page.getByLabel('仅检查，不写入').uncheck();
    await button(page, '上传并导入').click();
    await page.locator('[data-test=import-state]', { hasText: '已完成' }).waitFor();
    return Object.fromEntries(await page.locator('[data-number]').evaluateAll((all) => all.map((one) => [one.dataset.number, one.textContent])));
  };
  const first = await bring();
  assert.deepEqual([first.rows, first.applied, first.rejected], ['2', '1', '1']);
  const { content } = await downloaded(page, () => button(page, '下载错误文件').click());
  assert.match(content.toString(), /990000999/);
  // What is shown of the first one goes, so that the second one's figures are read.
  await page.reload();
  const second = await bring();
  assert.deepEqual([second.applied, second.unchanged, second.rejected], ['0', '1', '1']);
  await page.context().close();
});

test('a file on its way to storage says so, and what was typed stays', async () => {
  const page = await enter(browser, stack, 'nation', '/imports');
  const file = join(stack.folder, 'more-regions.csv');
  await writeFile(file, `code,name\n${await accountOf(stack, 'county')}997,另一镇\n`);
  let goOn;
  const held = new Promise((resolve) => (goOn = resolve));
  await page.route(/127\.0\.0\.1/, async (route) => {
    if (route.request().method() === 'PUT') await held;
    await route.continue();
  });
  await page.getByLabel('行政区划', { exact: true }).check();
  await page.getByLabel(/^文件/).setInputFiles(file);
  await button(page, '上传并导入').click();
  await page.locator('[data-test=under-way]', { hasText: '正在上传' }).waitFor();
  await page.locator('[data-test=under-way] [role=progressbar]').waitFor();
  goOn();
  await page.locator('[data-test=import-state]', { hasText: '已完成' }).waitFor();
  assert.equal(await page.locator('[data-test=under-way]').count(), 0);
  await page.context().close();
});

test('a region that came by a file gets its account, whose password is shown once and lets in', async () => {
  const code = `${await accountOf(stack, 'county')}996`;
  await importRegions(stack, `${code},又一镇\n`);
  const page = await enter(browser, stack, 'county', '/accounts');
  await page.locator(`tr[data-account="${code}"]`).getByRole('checkbox').check();
  await button(page, '为所选 1 个发放账号').click();
  await button(page, '确定').click();
  const password = await page.locator('[data-test=initial-passwords] code').innerText();
  await stack.call('POST', '/v1/sessions', { body: { account: code, password } });
  page.once('dialog', (dialog) => dialog.accept());
  await button(page, '关闭').click();
  await page.locator(`tr[data-account="${code}"]`, { hasText: '待首次登录' }).waitFor();
  await page.context().close();
});

test('an export is made in the background and fetched as a file', async () => {
  const page = await enter(browser, stack, 'county', '/exports');
  await page.getByLabel('CSV').check();
  await button(page, '开始导出').click();
  await page.locator('[data-test=exports] tr[data-state=done]').first().waitFor();
  const { name, content } = await downloaded(page, () => page.getByRole('button', { name: /^下载/ }).first().click());
  assert.match(name, /\.csv$/);
  const token = await stack.account('county');
  const { total } = await stack.call('GET', '/v1/households?limit=1', { token });
  assert(content.toString().split('\n').filter((line) => line.includes('530627')).length >= total);
  await page.context().close();
});

test('a village gets its QR codes as a PDF to print', async () => {
  await stack.complete(1, { result: 'unsecured', explanation: '屋顶漏水' });
  const page = await enter(browser, stack, 'village', '/qr-sheets');
  await button(page, '生成PDF').click();
  await page.locator('[data-test=exports] tr[data-state=done]').first().waitFor();
  const { content } = await downloaded(page, () => page.getByRole('button', { name: /^下载/ }).first().click());
  assert.equal(content.subarray(0, 5).toString(), '%PDF-');
  await page.context().close();
});

test('the table of the statistics is fetched as a workbook', async () => {
  const page = await enter(browser, stack, 'county', '/statistics');
  await settled(page);
  const { name, content } = await downloaded(page, () => button(page, '导出Excel').click());
  assert.match(name, /镇雄县\.xlsx$/);
  assert.equal(content.subarray(0, 2).toString(), 'PK');
  await page.context().close();
});
