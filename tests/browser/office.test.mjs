// The web platform in a real browser, on the whole system.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, test } from 'node:test';
import { readSheet } from 'read-excel-file/node';
import { overhang, violations } from './axe.mjs';
import { launch } from './browser.mjs';
import { accountOf, desk, enter, fillSignIn, go, PASSWORD, photoFile, settled } from './office.mjs';
import { byLevel, ELSEWHERE, furnish, furnishBulk, photographed, screens, show, speak } from './office-screens.mjs';
import { Stack, until } from './stack.mjs';

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
const state = (page) => page.locator('[data-test=state]').innerText();

/** What the page complained about, but for refusals, which tests ask for. */
const complaints = (page) => page.complaints.filter((text) => !/status of 4\d\d/.test(text));

/** Closes the page, and says what it complained about. */
async function close(page) {
  await page.context().close();
  assert.deepEqual(complaints(page), []);
}

/** Waits until the counters have taken in what was just done. */
async function counted(code, level, isSo) {
  const token = await stack.account(level);
  await until(async () => isSo((await stack.call('GET', `/v1/regions/${code}/statistics`, { token })).total), 'the statistics');
}

describe('signing in', () => {
  test('takes a captcha, then name, position, phone and a strong password, and leads to the own figures', async () => {
    const { account, password } = stack.demo.accounts.findLast((account) => account.level === 'village');
    const page = await desk(browser);
    await go(page, stack, '/statistics');
    assert.match(page.url(), /sign-in\?to=/);
    await fillSignIn(page, stack, { account, password, captcha: '0000' });
    await page.locator('.wrong').first().waitFor();
    await fillSignIn(page, stack, { account, password });
    await page.getByRole('heading', { name: /首次登录/ }).waitFor();
    await go(page, stack, '/households');
    await page.getByRole('heading', { name: /首次登录/ }).waitFor();
    await page.getByLabel('姓名').fill('王小明');
    await page.getByLabel('职位').fill('村支书');
    await page.getByLabel('手机号').fill('16000000001');
    await page.getByLabel('当前密码').fill(password);
    await page.getByLabel('新密码', { exact: false }).first().fill('weak');
    await page.getByLabel('再次输入新密码').fill('weak');
    await button(page, '完成').click();
    await page.getByText('密码强度不足').waitFor();
    await page.getByLabel('新密码', { exact: false }).first().fill(PASSWORD);
    await page.getByLabel('再次输入新密码').fill(PASSWORD);
    await button(page, '完成').click();
    await page.locator('[data-test=figures]').waitFor();
    assert.match(await page.locator('[data-test=who]').innerText(), /王小明/);
    await button(page, '退出登录').click();
    await page.locator('[name=captcha]').waitFor();
    // Whoever was here before gets to where they were going.
    await go(page, stack, '/feedback');
    await fillSignIn(page, stack, { account });
    await page.waitForURL(/#\/feedback$/);
    await page.locator('[data-test=who]').waitFor();
    assert.equal(await page.locator('[name=captcha]').count(), 0);
    await close(page);
  });

  test('again after the session ended keeps what was typed', async () => {
    const household = stack.household(7);
    const page = await enter(browser, stack, 'village', `/households/${household}/report`);
    await page.getByLabel('资金补助问题').check();
    await page.getByLabel('问题内容').fill('补助资金一直没有到账');
    await page.evaluate(() => {
      const session = JSON.parse(localStorage.getItem('anju-office-session'));
      localStorage.setItem('anju-office-session', JSON.stringify({ ...session, accessToken: 'over', refreshToken: 'over' }));
    });
    await button(page, '提交').click();
    const dialog = page.getByRole('dialog', { name: '登录已过期' });
    await dialog.waitFor();
    await dialog.locator('[name=password]').fill(PASSWORD);
    await dialog.locator('[name=captcha]').fill(stack.demo.captcha_answer);
    await dialog.getByRole('button', { name: '登录', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.equal(await page.getByLabel('问题内容').inputValue(), '补助资金一直没有到账');
    await button(page, '提交').click();
    await page.getByRole('heading', { name: '反馈详情' }).waitFor();
    await close(page);
  });
});

describe('a verification', () => {
  test('is filled in on the computer, with a photo from a file, and gets its QR code', async () => {
    const household = stack.household(8);
    const page = await enter(browser, stack, 'village', '/households');
    await page.locator(`tr[data-household="${household}"]`).or(page.locator('tbody tr').first()).first().waitFor();
    await go(page, stack, `/households/${household}/verification`);
    await button(page, '核验完成').click();
    await page.getByText(/还有 \d+ 项需要填写或更正/).waitFor();
    await page.getByLabel('更正身份证号').fill('11010519491231002X');
    await page.getByLabel('更正联系方式').fill('16000000002');
    await page.getByLabel('住房安全有保障', { exact: true }).check();
    await page.getByLabel('鉴定安全').check();
    await page.getByLabel('A级').check();
    await button(page, '保存').click();
    await page.getByText('已保存草稿').waitFor();
    await button(page, '核验完成').click();
    await page.getByText('此结果需要房屋正立面全景照片。').waitFor();
    await page.getByLabel('房屋正立面全景照片').setInputFiles(photoFile(stack));
    await page.locator('[data-test=chosen-photos] li').waitFor();
    await button(page, '核验完成').click();
    await page.locator('[data-test=qr] img').waitFor();
    assert.equal(await state(page), '核验完成');
    assert.match(await page.locator('[data-test=id-number]').innerText(), /（登记簿） 更正为 11010519491231002X/);
    const token = await stack.account('village');
    const record = await stack.call('GET', `/v1/households/${household}`, { token });
    assert.equal(record.state, 'completed');
    assert.equal(record.verification.photo_ids.length, 1);
    await close(page);
  });

  test('that somebody else changed meanwhile shows both versions, and keeps the one that is chosen', async () => {
    const household = stack.household(10);
    const page = await enter(browser, stack, 'village', `/households/${household}/verification`);
    await page.getByLabel('住房安全未保障').check();
    await page.getByLabel('未保障情况说明').fill('后墙倾斜');
    const token = await stack.account('village');
    const theirs = stack.form({ result: 'unsecured', explanation: '屋顶漏水' });
    await stack.call('PUT', `/v1/households/${household}/verification`, { body: theirs, token, headers: { 'if-match': '*' } });
    await button(page, '保存').click();
    const row = page.locator('[data-test=conflict] tr', { hasText: '未保障情况说明' });
    await row.waitFor();
    assert.deepEqual(await row.locator('td').allInnerTexts(), ['后墙倾斜', '屋顶漏水']);
    await button(page, '保留我的填写').click();
    await button(page, '保存').click();
    await page.getByText('已保存草稿').waitFor();
    const record = await stack.call('GET', `/v1/households/${household}`, { token });
    assert.equal(record.verification.explanation, '后墙倾斜');
    await close(page);
  });

  test('that is not saved is not left without being asked', async () => {
    const page = await enter(browser, stack, 'village', `/households/${stack.household(11)}/verification`);
    await page.getByLabel('住房安全未保障').check();
    await page.getByLabel('未保障情况说明').fill('还没写完');
    page.once('dialog', (dialog) => dialog.dismiss());
    await page.getByRole('link', { name: '数据统计' }).click();
    assert.match(page.url(), /verification$/);
    assert.equal(await page.getByLabel('未保障情况说明').inputValue(), '还没写完');
    page.once('dialog', (dialog) => dialog.accept());
    await page.getByRole('link', { name: '数据统计' }).click();
    await page.locator('[data-test=statistics]').waitFor();
    await close(page);
  });

  test('is sent back by the township with a reason, which the village reads', async () => {
    const { household } = await stack.complete(12, { result: 'unsecured', explanation: '屋顶漏水' });
    const page = await enter(browser, stack, 'township', `/households/${household}`);
    await button(page, '退回').click();
    await button(page, '房屋存在新的安全隐患').click();
    await button(page, '确定').click();
    await page.locator('[data-test=returned]').waitFor();
    assert.equal(await state(page), '草稿');
    await close(page);
    const officer = await enter(browser, stack, 'village', `/households/${household}`);
    assert.match(await officer.locator('[data-test=returned]').innerText(), /已退回：房屋存在新的安全隐患/);
    await close(officer);
  });
});

describe('reports', () => {
  test('three at once are handled with one opinion, and a single one is urged by the county', async () => {
    const village = await stack.account('village');
    const ids = [];
    for (const number of [7, 8, 10, 11]) {
      const body = { type: 'house_quality', content: `第${number}户墙体开裂` };
      ids.push((await stack.call('POST', `/v1/households/${stack.household(number)}/feedback`, { body, token: village })).id);
    }
    const page = await enter(browser, stack, 'township', '/feedback?status=open&type=house_quality');
    for (const id of ids.slice(0, 3)) await page.locator(`tr[data-report="${id}"] input`).check();
    await button(page, '处理所选 3 条').click();
    await page.getByLabel('处理意见').fill('已安排施工队本周维修');
    await button(page, '确定').click();
    await page.getByText('已处理 3 条').waitFor();
    await page.locator(`tr[data-report="${ids[0]}"]`).waitFor({ state: 'detached' });
    const token = await stack.account('township');
    for (const id of ids.slice(0, 3)) {
      const report = await stack.call('GET', `/v1/feedback/${id}`, { token });
      assert.deepEqual([report.status, report.opinion], ['handled', '已安排施工队本周维修']);
    }
    await close(page);

    const county = await enter(browser, stack, 'county', `/feedback/${ids[3]}`);
    await button(county, '督促').click();
    await county.getByLabel('督促内容').fill('请三日内处理');
    await button(county, '确定').click();
    await county.getByText('请三日内处理').waitFor();
    await close(county);
  });

  test('come from the village officer, too', async () => {
    const page = await enter(browser, stack, 'village', `/households/${stack.household(9)}`);
    await page.getByRole('link', { name: '反映问题' }).last().click();
    await page.getByLabel('房屋验收问题').check();
    await page.getByLabel('问题内容').fill('房屋尚未验收');
    await button(page, '提交').click();
    await page.getByText('房屋尚未验收').waitFor();
    assert.match(await page.locator('[data-test=status]').innerText(), /未处理/);
    await close(page);
  });
});

describe('figures', () => {
  test('lead from the nation down to a village, and are those of the API and of the workbook on every level', async () => {
    const token = await stack.account('nation');
    const village = stack.demo.accounts.find((account) => account.level === 'village').account;
    await stack.complete(13, { result: 'secured', guarantee: 'appraised', grade: 'b' });
    await counted('0', 'nation', (total) => total.appraised > 0);
    const page = await enter(browser, stack, 'nation', '/statistics');
    let here = '0';
    for (const below of [2, 4, 6, 9, 12].map((length) => village.slice(0, length))) {
      await isAsTheApiSays(page, here, token);
      await page.locator(`tr[data-code="${below}"] th a`).click();
      await page.waitForURL(new RegExp(`/statistics/${below}$`));
      await settled(page);
      here = below;
    }
    await isAsTheApiSays(page, village, token);
    const way = await page.getByRole('navigation', { name: '当前位置' }).getByRole('listitem').count();
    assert.equal(way, 6);
    const shared = await enter(browser, stack, 'nation', new URL(page.url()).hash.slice(1));
    await isAsTheApiSays(shared, village, token);
    await close(shared);
    await close(page);
  });

  /** The counters may still be taking something in: all three are asked again until they agree. */
  async function isAsTheApiSays(page, code, token) {
    await page.locator(`tr.sum[data-code="${code}"]`).waitFor();
    let shown;
    let workbook;
    let expected;
    await until(async () => {
      const { total, children } = await stack.call('GET', `/v1/regions/${code}/statistics`, { token });
      expected = [{ ...total, name: '合计' }, ...children].map((row) => [
        row.name, row.households, row.appraised, row.renovated, row.sheltered, row.unverified, row.verified, `${row.completion_rate}%`,
      ].map(String));
      shown = await page.locator('[data-test=statistics] tbody tr').evaluateAll((rows) =>
        rows.map((row) => [...row.children].map((cell) => cell.textContent.trim().replaceAll(',', ''))));
      workbook = await workbookOf(page);
      const agree = [shown, workbook].every((one) => JSON.stringify(one) === JSON.stringify(expected));
      if (!agree) {
        await button(page, '刷新').click();
        await settled(page);
      }
      return agree;
    }, 'the same figures', { seconds: 30 }).catch(() => {
      assert.deepEqual(shown, expected, 'the screen');
      assert.deepEqual(workbook, expected, 'the workbook');
    });
  }

  /** The rows of the workbook that the screen gives, as the screen says them. */
  async function workbookOf(page) {
    const waiting = page.waitForEvent('download');
    await button(page, '导出Excel').click();
    const [, ...rows] = await readSheet(await readFile(await (await waiting).path()));
    return rows.map((row) => row.map((cell, column) => (column === 7 ? `${(cell * 100).toFixed(2)}%` : String(cell))));
  }

  test('open the list of the households that they count', async () => {
    const county = await accountOf(stack, 'county');
    await counted(county, 'county', (total) => total.appraised > 0);
    const page = await enter(browser, stack, 'county', '/statistics');
    const figure = page.locator('tr.sum td[data-column=appraised]');
    const count = await figure.innerText();
    await figure.locator('a').click();
    await page.locator('[data-test=households]').waitFor();
    assert.equal(await page.locator('[data-test=total]').innerText(), `共 ${count} 条`);
    await close(page);
  });

  test('of the public board need no sign-in, and its map has every layer', async () => {
    const page = await desk(browser);
    await go(page, stack, '/overview');
    const { households, provinces } = await stack.call('GET', '/v1/overview');
    assert.match(await page.locator('.figures').innerText(), new RegExp(String(households)));
    for (const layer of ['贫困户数量', '核验进度', '待核验户数', '扫尾工程']) {
      await button(page, layer).click();
      const tiles = page.getByRole('list', { name: `分省示意图：${layer}` }).getByRole('listitem');
      assert.equal(await tiles.count(), provinces.length);
      assert.match(await tiles.first().innerText(), /\d/);
    }
    await close(page);
  });
});

describe('the list of households', () => {
  test('goes to the next, the last and any page, and comes back by the browser', async () => {
    const page = await enter(browser, stack, 'county', '/households');
    const where = () => page.locator('[data-test=page]').innerText();
    const pages = Number((await where()).match(/\/ (\d+)/)[1]);
    assert(pages > 3, 'the demonstration has some pages');
    await button(page, '下一页').click();
    await page.getByText(`第 2 / ${pages} 页`).waitFor();
    await button(page, '末页').click();
    await page.getByText(`第 ${pages} / ${pages} 页`).waitFor();
    await page.getByLabel('跳至页码').fill('3');
    await button(page, '跳转').click();
    await page.getByText(`第 3 / ${pages} 页`).waitFor();
    assert.match(page.url(), /page=3/);
    await settled(page);
    const token = await stack.account('county');
    const { items } = await stack.call('GET', '/v1/households?page=3&limit=20', { token });
    const shown = await page.locator('[data-household]').evaluateAll((rows) => rows.map((row) => row.dataset.household));
    assert.deepEqual(shown, items.map((item) => item.id));
    await page.goBack();
    await page.getByText(`第 ${pages} / ${pages} 页`).waitFor();
    await close(page);
  });

  test('finds people by name and number, which stand in no address', async () => {
    const { household } = await stack.complete(14, { result: 'unsecured', explanation: '屋顶漏水' });
    const token = await stack.account('village');
    const { head } = await stack.call('GET', `/v1/households/${household}`, { token });
    const page = await enter(browser, stack, 'county', '/households');
    await page.getByLabel('户主姓名').fill(head.name);
    await page.getByLabel('户主身份证号').fill('11010519491231002X');
    await button(page, '查询').click();
    await page.locator(`tr[data-household="${household}"]`).waitFor();
    const addresses = [page.url(), ...page.requests.map((request) => request.url())].map(decodeURIComponent);
    assert(addresses.every((address) => !address.includes(head.name) && !address.includes('002X')));
    await page.getByLabel('户主身份证号').fill('110105194912310021');
    await button(page, '查询').click();
    await page.getByText(/身份证号不正确/).waitFor();
    await close(page);
  });
});

describe('a record', () => {
  test('is masked for the county, shown in full for a reason, and the history says who looked; its chain is sound', async () => {
    const { household } = await stack.complete(15, { result: 'secured', guarantee: 'appraised', grade: 'a' });
    const page = await enter(browser, stack, 'county', `/households/${household}`);
    const number = page.locator('[data-test=id-number]');
    assert.match(await number.innerText(), /110105\*\*\*\*\*002X/);
    await button(page, '查看完整信息').click();
    await page.getByLabel('查看理由').fill('核对补助名册');
    await button(page, '确定').click();
    await page.getByText('11010519491231002X').waitFor();
    const entry = page.locator('[data-test=history] tr', { hasText: '查看完整信息' });
    await entry.waitFor();
    const account = await accountOf(stack, 'county');
    assert.match(await entry.innerText(), new RegExp(account));
    await button(page, '校验记录链').click();
    await page.getByText(/校验通过：共 \d+ 条记录/).waitFor();
    await close(page);

    // A township sees personal values with their salts: these are checked, too.
    const township = await enter(browser, stack, 'township', `/households/${household}`);
    await button(township, '校验记录链').click();
    await township.getByText(/校验通过/).waitFor();
    await close(township);
  });

  test('has its QR code printed alone, without the numbers around it', async () => {
    const { household } = await stack.complete(14, { result: 'unsecured', explanation: '屋顶漏水' });
    const page = await enter(browser, stack, 'township', `/households/${household}`);
    await page.evaluate(() => {
      globalThis.print = () => (globalThis.printed = true);
    });
    await page.emulateMedia({ media: 'print' });
    const seen = () => page.evaluate(() => ['[data-test=qr] img', '[data-test=qr] button', '[data-test=id-number]', '[data-test=history] table']
      .filter((part) => document.querySelector(part).checkVisibility({ visibilityProperty: true })));
    assert.equal((await seen()).length, 4);
    await button(page, '打印').click();
    assert.equal(await page.evaluate(() => globalThis.printed), true);
    assert.deepEqual(await seen(), ['[data-test=qr] img']);
    await page.evaluate(() => dispatchEvent(new Event('afterprint')));
    assert.equal((await seen()).length, 4);
    await close(page);
  });

  test('that was tampered with on the way is found out', async () => {
    const { household } = await stack.complete(16, { result: 'unsecured', explanation: '屋顶漏水' });
    const page = await enter(browser, stack, 'county', '/');
    await page.route('**/history', async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace('"unsecured"', '"secured"') });
    });
    await go(page, stack, `/households/${household}`);
    await button(page, '校验记录链').click();
    await page.getByText('校验未通过').waitFor();
    await page.getByText(/该记录被改动/).first().waitFor();
    await close(page);
  });

  test('shows its photo enlarged, with when it was taken, and how far from where the phone says it was', async () => {
    const household = stack.household(13);
    const token = await stack.account('village');
    const photo = await photographed(stack, household, ELSEWHERE);
    await stack.call('POST', `/v1/households/${household}/verification/complete`, {
      body: { ...stack.form({ result: 'secured', guarantee: 'appraised', grade: 'a' }), photo_ids: [photo] }, token, headers: { 'if-match': '*' },
    });
    const page = await enter(browser, stack, 'township', `/households/${household}`);
    await page.getByRole('button', { name: '放大第 1 张照片' }).click();
    const picture = page.locator('.el-image-viewer__img');
    await picture.waitFor();
    assert(await picture.evaluate((image) => image.complete && image.naturalWidth > 0 || new Promise((resolve) => (image.onload = () => resolve(true)))));
    await page.keyboard.press('Escape');
    await picture.waitFor({ state: 'detached' });
    const said = await page.locator('[data-test=photos]').innerText();
    assert.match(said, /拍摄时间\s+2020-06-03 10:22 （照片内）/);
    assert.match(said, /照片内位置\s+27\.44167, 104\.87361/);
    assert.match(said, /手机申报位置\s+27\.64167, 104\.87361/);
    // A fifth of a degree of latitude.
    assert.match(said, /两者相距\s+22\.2 km/);
    await close(page);
  });
});

describe('surveys, alerts, accounts', () => {
  test('a township enters a survey with a photo, and edits it', async () => {
    const household = stack.household(13);
    const page = await enter(browser, stack, 'township', `/households/${household}/survey`);
    await page.getByLabel('调研人').fill('李干部');
    await page.getByLabel('不公开').check();
    await page.getByLabel('调研意见').fill('情况属实');
    await page.getByLabel('住房安全有保障现场调研结果').fill('房屋结构安全');
    await page.getByLabel(/^照片/).setInputFiles(photoFile(stack));
    await page.locator('[data-test=chosen-photos] li').waitFor();
    await button(page, '保存').click();
    await page.getByRole('heading', { name: '现场调研' }).waitFor();
    await page.getByRole('link', { name: '修改' }).click();
    await page.getByLabel('调研意见').fill('情况属实，已复核');
    await button(page, '保存').click();
    await page.getByText('情况属实，已复核').waitFor();
    await close(page);
  });

  test('an alert is dismissed with a reason, and is gone from the desk', async () => {
    await stack.complete(16, { result: 'unsecured', explanation: '屋顶漏水' });
    const household = stack.household(16);
    const page = await enter(browser, stack, 'township', '/alerts?kind=unsecured');
    const row = page.locator('[data-test=alerts] tr', { hasText: household });
    await row.getByRole('button', { name: '解除' }).click();
    await page.getByLabel('解除理由').fill('已纳入改造计划');
    await button(page, '确定').click();
    await row.waitFor({ state: 'detached' });
    await close(page);
  });

  test('a county resets a password, which is shown once, and disables the account', async () => {
    const page = await enter(browser, stack, 'county', '/accounts');
    const account = stack.demo.accounts.findLast((account) => account.level === 'township').account;
    const row = page.locator(`tr[data-account="${account}"]`);
    await row.getByRole('button', { name: /^重置密码/ }).click();
    await button(page, '确定').click();
    const shown = page.locator('[data-test=initial-passwords] code');
    const password = await shown.innerText();
    const download = page.waitForEvent('download');
    await button(page, '下载').click();
    assert.match(await readFile(await (await download).path(), 'utf8'), new RegExp(password.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
    await button(page, '关闭').click();
    await shown.waitFor({ state: 'detached' });
    await stack.call('POST', '/v1/sessions', { body: { account, password } });
    await row.getByRole('button', { name: /^停用/ }).click();
    await button(page, '确定').click();
    await row.getByText('已停用').waitFor();
    await assert.rejects(stack.call('POST', '/v1/sessions', { body: { account, password } }));
    await close(page);
  });
});

describe('every screen', () => {
  let there;
  before(async () => {
    there = await furnish(stack);
    await furnishBulk(stack);
  });

  test('is sound to axe-core in both languages, fits 1366 pixels, and breaks no rule of its own policy', async () => {
    const found = [];
    // Side by side: while one level's page waits, another's is looked at.
    const levels = byLevel(screens(stack, there).filter(({ isAlike }) => !isAlike));
    await Promise.all(levels.map((list) => show(browser, stack, list, async (page, { name, before }) => {
      for (const language of ['zh-CN', 'en']) {
        await speak(page, language);
        found.push(...(await violations(page)).map((violation) => `${name} in ${language}: ${violation}`));
        const width = await overhang(page);
        if (width > 0) found.push(`${name} in ${language}: ${width} pixels too wide`);
      }
      // What is kept from a screen, it complains of.
      if (!before) found.push(...complaints(page).map((complaint) => `${name}: ${complaint}`));
    })));
    assert.deepEqual(found, []);
  });

  test('is reached and used by the keyboard alone', async () => {
    const page = await enter(browser, stack, 'county', '/');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), '跳到主要内容');
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(outline, 'none', 'where the focus is can be seen');
    await tabTo(page, '卡户查询');
    await page.keyboard.press('Enter');
    await page.locator('[data-test=households]').waitFor();
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main', 'reading begins with the new screen');
    await tabTo(page, '查看完整信息', `/households/${there.secured}`);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    await until(() => page.evaluate(() => document.activeElement.closest('[role=dialog]') !== null), 'the focus in the dialog');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    await close(page);
  });

  test('moves nothing for who asked their computer for less movement', async () => {
    const moved = {};
    for (const reducedMotion of ['no-preference', 'reduce']) {
      const page = await enter(browser, stack, 'county', `/households/${there.secured}`, { reducedMotion });
      await page.evaluate(() => {
        globalThis.moved = 0;
        const look = () => {
          globalThis.moved = Math.max(globalThis.moved, document.getAnimations().length);
          requestAnimationFrame(look);
        };
        look();
      });
      await button(page, '查看完整信息').click();
      await page.getByRole('dialog').waitFor();
      await button(page, '取消').click();
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      moved[reducedMotion] = await page.evaluate(() => globalThis.moved);
      await close(page);
    }
    assert.equal(moved.reduce, 0);
    assert(moved['no-preference'] > 0, 'otherwise the dialog fades in');
  });

  /** Presses Tab until an element of this text has the focus. */
  async function tabTo(page, text, path) {
    if (path) await go(page, stack, path);
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press('Tab');
      if ((await page.evaluate(() => document.activeElement.textContent.trim())) === text) return;
    }
    assert.fail(`${text} is not reached`);
  }
});
