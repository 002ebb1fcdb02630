// Every screen of the web platform, in a state that shows what it has: for pictures, and for what must hold on each.

import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { accountOf, NEWCOMER, PASSWORD, photoFile, settled, signInto, surroundings, watched } from './office.mjs';
import { until } from './stack.mjs';

/** A photo of the household that the phone says was taken at a place; the photo itself says which one it was. */
export async function photographed(stack, household, place) {
  const token = await stack.account('village');
  const content = await readFile(photoFile(stack));
  const { photo_id: photo, upload } = await stack.call('POST', `/v1/households/${household}/photos`, {
    body: {
      purpose: 'verification', source: 'camera', content_type: 'image/jpeg', size: content.length, sha256: digest(content),
      declared_location: { ...place, accuracy_m: 12, fixed_at: '2020-06-03T02:22:00Z' },
    },
    token,
  });
  await send(upload, content);
  await until(async () => (await stack.call('GET', `/v1/photos/${photo}`, { token })).state === 'ready', 'the photo');
  return photo;
}

const digest = (content) => createHash('sha256').update(content).digest('hex');

/** Sends a file to where storage asked for it. */
async function send({ method, url, headers }, content) {
  const sent = await fetch(url, { method, headers, body: content });
  if (!sent.ok) throw new Error(`upload: ${sent.status} ${await sent.text()}`);
}

/** Some twenty kilometres north of where the demonstration's photos say they were taken. */
export const ELSEWHERE = { latitude: 27.641667, longitude: 104.873611 };

/**
 * Things to show on every screen: verified households, drafts, a return, reports open and handled, a survey, alerts.
 * Gives the ids of what there is.
 */
export async function furnish(stack) {
  const [village, township] = [await stack.account('village'), await stack.account('township')];
  const secured = await stack.complete(1, { result: 'secured', guarantee: 'appraised', grade: 'a' });
  const photo = await photographed(stack, secured.household, ELSEWHERE);
  await stack.call('POST', `/v1/households/${secured.household}/verification/complete`, {
    body: { ...stack.form({ result: 'secured', guarantee: 'appraised', grade: 'a' }), photo_ids: [photo] }, token: village, headers: { 'if-match': '*' },
  });
  const renovated = await stack.complete(2, {
    result: 'secured', guarantee: 'renovated', renovation: 'dilapidated_house_renovation', method: 'rebuilt',
  });
  await stack.complete(3, { result: 'secured', guarantee: 'sheltered', shelter: 'relatives', note: '云岭村三组儿子家，签订赡养协议' });
  const unsecured = await stack.complete(4, { result: 'unsecured', explanation: '山墙开裂，等待改造' });
  const returned = await stack.complete(5, { result: 'unsecured', explanation: '屋顶漏水' });
  await stack.call('POST', `/v1/households/${returned.household}/verification/return`, {
    body: { reason: '照片不是房屋正立面全景' }, token: township, headers: { 'if-match': '*' },
  });
  const draft = stack.household(6);
  await stack.call('PUT', `/v1/households/${draft}/verification`, { body: stack.form({ result: 'secured' }), token: village, headers: { 'if-match': '*' } });
  const reports = [];
  for (const [number, type, content] of [[1, 'house_quality', '西墙有裂缝'], [2, 'subsidy', '补助资金未到账'], [4, 'other', '希望尽快改造']]) {
    reports.push((await stack.call('POST', `/v1/households/${stack.household(number)}/feedback`, { body: { type, content }, token: village })).id);
  }
  await stack.call('POST', `/v1/feedback/${reports[1]}/handle`, { body: { opinion: '已与信用社核对，本月发放' }, token: township });
  const survey = await stack.call('POST', `/v1/households/${secured.household}/surveys`, {
    body: { surveyor: '李干部', surveyed_at: '2020-06-05', public: true, opinion: '情况属实', finding: '房屋结构安全，住房有保障' }, token: township,
  });
  return { secured: secured.household, renovated: renovated.household, unsecured: unsecured.household, returned: returned.household, draft, reports, survey: survey.id };
}

/** Exports that are made, and an import with bad rows, for the desks of those. */
export async function furnishBulk(stack) {
  const orders = [
    ['county', { kind: 'households', format: 'xlsx' }], ['county', { kind: 'statistics', format: 'csv' }],
    ['village', { kind: 'qr_sheet', format: 'pdf', sheet: { paper: 'a4', columns: 2, rows: 4 } }],
  ];
  for (const [level, body] of orders) {
    const token = await stack.account(level);
    const { id } = await stack.call('POST', '/v1/exports', { body, token });
    await until(async () => (await stack.call('GET', `/v1/exports/${id}`, { token })).state === 'done', `the export of ${body.kind}`);
  }
  await importRegions(stack, `${await accountOf(stack, 'county')}998,新设镇\n990000999,不存在的镇\n`);
}

/** Brings regions in by a file; what isn't right of it is in the import's error file. */
export async function importRegions(stack, rows) {
  const token = await stack.account('nation');
  const content = Buffer.from(`code,name\n${rows}`);
  const body = { kind: 'regions', format: 'csv', size: content.length, sha256: digest(content) };
  const { import_id: id, upload } = await stack.call('POST', '/v1/imports', { body, token });
  await send(upload, content);
  await until(async () => (await stack.call('GET', `/v1/imports/${id}`, { token })).state === 'done', 'the import');
}

/** A button, whichever language it speaks. */
const press = (page, zh, en) => page.getByRole('button', { name: new RegExp(`^(${zh}|${en})`) }).first().click();
const tick = (page, zh, en) => page.getByRole('radio', { name: new RegExp(`^(${zh}|${en})$`) }).check();
const dialog = (page) => page.getByRole('dialog').waitFor();

/** No answer comes to what is asked for at these addresses. */
const silent = (addresses) => (page) => page.route(addresses, () => undefined);
const broken = (addresses) => (page) => page.route(addresses, (route) => route.abort());

/**
 * Every screen: by whom it is seen, where it is, what is done first to see all of it. One that needs something before it
 * is loaded stands apart. One that is alike differs from another in what it says, not in how it is made: a picture of it
 * is enough.
 */
export function screens(stack, there) {
  const code = (level) => stack.demo.accounts.find((account) => account.level === level).account;
  const record = (household) => `/households/${household}`;
  return [
    { name: 'sign-in', path: '/sign-in' },
    { name: 'sign-in-wrong', path: '/sign-in', act: async (page) => {
      await page.locator('[name=account]').fill(code('village'));
      await page.locator('[name=password]').fill(PASSWORD);
      await page.locator('[name=captcha]').fill('0000');
      await press(page, '登录', 'Sign in');
      await page.locator('.wrong').first().waitFor();
    } },
    { name: 'first-sign-in', level: NEWCOMER, path: '/first-sign-in', act: (page) => press(page, '完成', 'Finish') },
    { name: 'expired', level: 'county', path: '/', apart: true, act: async (page) => {
      await page.evaluate(() => {
        const session = JSON.parse(localStorage.getItem('anju-office-session'));
        localStorage.setItem('anju-office-session', JSON.stringify({ ...session, accessToken: 'over', refreshToken: 'over' }));
      });
      await page.getByRole('link', { name: /^(卡户查询|Households)$/ }).click();
      await page.locator('[name=captcha]').waitFor();
    } },
    { name: 'overview-map', path: '/overview' },
    { name: 'overview-works', isAlike: true, path: '/overview', act: (page) => press(page, '扫尾工程', 'Remaining works') },
    { name: 'overview-table', path: '/overview', act: (page) => press(page, '表格', 'Table') },
    // The countdown as the deck's screens show it.
    { name: 'overview-countdown', isAlike: true, path: '/overview', before: (page) => page.clock.setFixedTime('2020-06-03T08:15:15Z') },
    { name: 'home', level: 'county', path: '/' },
    { name: 'home-nation', isAlike: true, level: 'nation', path: '/' },
    { name: 'home-village', level: 'village', path: '/' },
    { name: 'profile', level: 'county', path: '/profile' },
    { name: 'statistics', level: 'county', path: '/statistics' },
    { name: 'statistics-work', isAlike: true, level: 'county', path: '/statistics', act: (page) => press(page, '工作情况', 'Work') },
    { name: 'statistics-kinds', level: 'county', path: '/statistics', act: (page) => press(page, '保障明细', 'Guarantees in detail') },
    { name: 'statistics-township', isAlike: true, level: 'nation', path: `/statistics/${code('township')}` },
    { name: 'statistics-village', level: 'county', path: `/statistics/${code('village')}` },
    { name: 'statistics-loading', level: 'county', path: '/statistics', before: silent('**/v1/regions/*/statistics'), isLoading: true },
    { name: 'statistics-failed', level: 'county', path: '/statistics', before: broken('**/v1/regions/*/statistics') },
    { name: 'households', level: 'county', path: '/households' },
    { name: 'households-empty', level: 'county', path: '/households?state=completed&guarantee=sheltered&alert=burst' },
    { name: 'households-wrong', level: 'nation', path: `/households?region=${code('village')}`, act: async (page) => {
      await page.getByRole('textbox', { name: /^(户主身份证号|Head's ID number)$/ }).fill('110105194912310021');
      await press(page, '查询', 'Search');
      await page.locator('.wrong').first().waitFor();
    } },
    { name: 'households-village', level: 'village', path: '/households' },
    { name: 'household', level: 'county', path: record(there.secured) },
    { name: 'household-pending', level: 'village', path: record(stack.household(9)) },
    { name: 'household-unknown', level: 'village', path: record(`${code('village')}-99999`) },
    { name: 'household-returned', level: 'township', path: record(there.returned) },
    { name: 'household-return', level: 'township', path: record(there.unsecured), act: async (page) => {
      await press(page, '退回', 'Return');
      await dialog(page);
    } },
    { name: 'household-reveal', level: 'county', path: record(there.renovated), act: async (page) => {
      await press(page, '查看完整信息', 'Show full numbers');
      await dialog(page);
    } },
    { name: 'household-renew', level: 'township', path: record(there.secured), act: async (page) => {
      await press(page, '更换二维码', 'Renew');
      await dialog(page);
    } },
    { name: 'household-photo', level: 'township', path: record(there.secured), act: async (page) => {
      await press(page, '放大第 1 张照片', 'Enlarge photo 1');
      await page.locator('.el-image-viewer__img').waitFor();
    } },
    { name: 'household-history', level: 'township', path: record(there.secured), act: async (page) => {
      await press(page, '校验记录链', 'Check the chain');
      await page.locator('[data-test=chain] .notice').waitFor();
      await page.locator('[data-test=history] details').evaluateAll((all) => all.forEach((one) => (one.open = true)));
      await page.locator('[data-test=history]').scrollIntoViewIfNeeded();
    } },
    { name: 'verification', level: 'village', path: `${record(there.draft)}/verification` },
    { name: 'verification-renovated', level: 'village', path: `${record(there.draft)}/verification`, act: async (page) => {
      await tick(page, '改造安全', 'Renovated safe');
      await tick(page, '农村危房改造', 'Rural dilapidated-house renovation');
      await page.locator('input[type=file]').setInputFiles(photoFile(stack));
      await page.locator('[data-test=chosen-photos] img').waitFor();
    } },
    { name: 'verification-sheltered', level: 'village', path: `${record(there.draft)}/verification`, act: (page) => tick(page, '保障安全', 'Sheltered safe') },
    { name: 'verification-wrong', level: 'village', path: `${record(stack.household(9))}/verification`, act: (page) => press(page, '核验完成', 'Complete') },
    { name: 'verification-conflict', level: 'village', path: `${record(there.draft)}/verification`, act: async (page) => {
      const token = await stack.account('village');
      const body = stack.form({ result: 'unsecured', explanation: '屋顶漏水' });
      await stack.call('PUT', `/v1/households/${there.draft}/verification`, { body, token, headers: { 'if-match': '*' } });
      await tick(page, '鉴定安全', 'Appraised safe');
      await press(page, '保存', 'Save');
      await dialog(page);
    } },
    { name: 'report', level: 'village', path: `${record(there.secured)}/report` },
    { name: 'report-wrong', level: 'village', path: `${record(there.secured)}/report`, act: (page) => press(page, '提交', 'Send') },
    { name: 'feedback', level: 'township', path: '/feedback' },
    { name: 'feedback-empty', isAlike: true, level: 'township', path: '/feedback?status=handled&type=acceptance' },
    { name: 'feedback-several', level: 'township', path: '/feedback?status=open', act: async (page) => {
      await page.locator('thead input[type=checkbox]').check();
      await press(page, '处理所选', 'Handle');
      await dialog(page);
    } },
    { name: 'feedback-report', level: 'county', path: `/feedback/${there.reports[0]}` },
    { name: 'feedback-handled', level: 'village', path: `/feedback/${there.reports[1]}` },
    { name: 'feedback-handle', level: 'township', path: `/feedback/${there.reports[0]}`, act: async (page) => {
      await press(page, '处理', 'Handle');
      await dialog(page);
    } },
    { name: 'feedback-urge', isAlike: true, level: 'county', path: `/feedback/${there.reports[0]}`, act: async (page) => {
      await press(page, '督促', 'Urge');
      await dialog(page);
    } },
    { name: 'surveys', level: 'county', path: '/surveys' },
    { name: 'survey', level: 'township', path: `/surveys/${there.survey}` },
    { name: 'survey-new', level: 'township', path: `${record(there.secured)}/survey` },
    { name: 'survey-edit', isAlike: true, level: 'township', path: `/surveys/${there.survey}/edit` },
    { name: 'alerts', level: 'county', path: '/alerts' },
    { name: 'alerts-empty', isAlike: true, level: 'county', path: '/alerts?kind=burst' },
    { name: 'alerts-dismiss', level: 'township', path: '/alerts', act: async (page) => {
      await press(page, '解除', 'Dismiss');
      await dialog(page);
    } },
    { name: 'accounts', level: 'county', path: '/accounts' },
    { name: 'accounts-issue', level: 'county', path: '/accounts', act: async (page) => {
      await press(page, '为所有', 'Issue to all');
      await dialog(page);
    } },
    { name: 'accounts-passwords', level: 'county', path: '/accounts', act: async (page) => {
      const { account } = stack.demo.accounts.findLast((account) => account.level === 'township');
      await page.locator(`tr[data-account="${account}"]`).getByRole('button', { name: /^(重置密码|Reset)/ }).click();
      await press(page, '确定', 'Confirm');
      await page.locator('[data-test=initial-passwords]').waitFor();
    } },
    { name: 'exports', level: 'county', path: '/exports' },
    { name: 'exports-empty', level: 'township', path: '/exports', act: (page) => tick(page, '反馈记录', 'Reports') },
    { name: 'qr-sheets', level: 'village', path: '/qr-sheets' },
    { name: 'imports', level: 'nation', path: '/imports', act: async (page) => {
      await press(page, '详情', 'Details');
      await page.locator('[data-test=import-state]').waitFor();
    } },
    { name: 'imports-wrong', level: 'nation', path: '/imports', act: (page) => press(page, '上传并导入', 'Upload and import') },
    { name: 'help', level: 'village', path: '/help' },
    { name: 'unknown', level: 'village', path: '/nothing-here' },
  ];
}

/** The screens of each level, those of nobody too, each a list of its own. */
export function byLevel(list) {
  const levels = new Map();
  for (const screen of list) levels.set(screen.level, [...(levels.get(screen.level) ?? []), screen]);
  return [...levels.values()];
}

/** Lets the page speak this language, also where a dialog lies over the switch. */
export async function speak(page, language) {
  if ((await page.evaluate(() => document.documentElement.lang)) !== language) await page.locator('.language').dispatchEvent('click');
  await page.waitForFunction((language) => document.documentElement.lang === language, language);
}

/**
 * Shows screens one after another, and lets `look` look at each. Those of a level are led through on one page, as an
 * official goes through them, so that the platform is loaded once.
 */
export async function show(browser, stack, list, look) {
  const pages = new Map();
  for (const screen of list) {
    const { level, path, before, apart, act, isLoading } = screen;
    const isApart = apart || before !== undefined;
    let page = isApart ? undefined : pages.get(level);
    if (page && level && level !== NEWCOMER) {
      page.complaints.length = 0;
      await lead(page, path);
    } else {
      const context = page?.context() ?? (await surroundings(browser));
      if (level && !page) await signInto(context, stack, level);
      await page?.close();
      page = await watched(context);
      // What was typed on one screen is left behind for the next.
      page.on('dialog', (dialog) => dialog.accept());
      if (!isApart) pages.set(level, page);
      await before?.(page);
      await page.goto(`${stack.address}/office/#${path}`);
    }
    await (isLoading ? page.locator('[aria-busy=true]').waitFor() : settled(page));
    await act?.(page);
    // Nothing is pointed at.
    await page.mouse.move(0, 0);
    if (!isLoading) await settled(page);
    await look(page, screen);
    if (isApart) await page.context().close();
  }
  for (const page of pages.values()) await page.context().close();
}

/** Leads the page to another path, also from a screen of the same one: by way of one that isn't there. */
async function lead(page, path) {
  const to = (hash) => page.evaluate((hash) => { location.hash = hash; }, hash);
  await to('/nothing-here');
  await page.locator('[data-test=unknown]').waitFor();
  if (path === '/nothing-here') return;
  await to(path);
  await page.locator('[data-test=unknown]').waitFor({ state: 'detached' });
}
