// The web platform in a browser: signing in, its screens, what is done on them.

import { join } from 'node:path';

/** Longer than anything takes on a busy machine: what takes longer never comes. */
export const LONGEST_MS = 60_000;
export const DESK = { width: 1366, height: 768 };
/** What all accounts are given at their first sign-in. */
export const PASSWORD = 'Browser-2020-page';

/** A page of a context of its own, which notes what is asked for and complained about. */
export async function desk(browser, { language = 'zh-CN', ...options } = {}) {
  const context = await browser.newContext({ viewport: DESK, locale: 'zh-CN', ...options });
  context.setDefaultTimeout(LONGEST_MS);
  await context.addInitScript((chosen) => location.protocol !== 'about:' && localStorage.setItem('anju-language', chosen), language);
  const page = await context.newPage();
  page.requests = [];
  page.complaints = [];
  page.on('request', (request) => page.requests.push(request));
  page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
  page.on('pageerror', (error) => page.complaints.push(error.message));
  return page;
}

/** The level's first account, with its first sign-in done. */
export async function accountOf(stack, level) {
  await stack.account(level);
  return stack.demo.accounts.find((account) => account.level === level).account;
}

/** Fills the form of the sign-in and sends it. */
export async function fillSignIn(page, stack, { account, password = PASSWORD, captcha = stack.demo.captcha_answer }) {
  await page.locator('[name=account]').fill(account);
  await page.locator('[name=password]').fill(password);
  await page.locator('[name=captcha]').fill(captcha);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

/** A page that is signed in as the level's account, at a path of the platform. */
export async function enter(browser, stack, level, path = '/', options = {}) {
  const account = await accountOf(stack, level);
  const page = await desk(browser, options);
  const body = { account, password: PASSWORD };
  stack.sessions ??= {};
  // Access tokens are good for a quarter of an hour, refresh tokens for one page only.
  if (!(stack.sessions[level]?.expiresAt > Date.now() + 300_000)) {
    const { access_token: accessToken, refresh_token: refreshToken, account } = await stack.call('POST', '/v1/sessions', { body });
    stack.sessions[level] = { accessToken, refreshToken, expiresAt: Date.now() + 900_000, account };
  }
  const session = stack.sessions[level];
  await page.addInitScript((text) => location.protocol !== 'about:' && localStorage.getItem('anju-office-session') === null && localStorage.setItem('anju-office-session', text), JSON.stringify(session));
  await go(page, stack, path);
  return page;
}

/** Opens a path of the platform, and waits until everything that it loads is there. */
export async function go(page, stack, path) {
  await page.goto(`${stack.address}/office/#${path}`);
  await settled(page);
}

/** Nothing is being loaded any more. */
export async function settled(page) {
  await page.locator('main').first().waitFor();
  await page.waitForFunction(() => !document.querySelector('[aria-busy=true], .starting'));
  await page.waitForLoadState('networkidle');
}

/** A photo of the demonstration, as a file. */
export const photoFile = (stack, name = 'portrait') => join(stack.folder, `data/demo-photos/${name}.jpg`);

/**
 * Things to show on every screen: verified households, drafts, a return, reports open and handled, a survey, alerts.
 * Gives the ids of what there is.
 */
export async function furnish(stack) {
  const [village, township] = [await stack.account('village'), await stack.account('township')];
  const secured = await stack.complete(1, { result: 'secured', guarantee: 'appraised', grade: 'a' });
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

/** Every screen, by whom it is seen, where it is, and what is done first to see all of it. */
export function screens(stack, there) {
  const code = (level) => stack.demo.accounts.find((account) => account.level === level).account;
  return [
    { name: 'sign-in', path: '/sign-in' },
    { name: 'overview-map', path: '/overview' },
    { name: 'overview-table', path: '/overview', act: (page) => page.getByRole('button', { name: /^(表格|Table)$/ }).click() },
    { name: 'home', level: 'county', path: '/' },
    { name: 'home-village', level: 'village', path: '/' },
    { name: 'profile', level: 'county', path: '/profile' },
    { name: 'statistics', level: 'county', path: '/statistics' },
    { name: 'statistics-village', level: 'county', path: `/statistics/${code('village')}` },
    { name: 'households', level: 'county', path: '/households' },
    { name: 'households-empty', level: 'county', path: '/households?state=completed&guarantee=sheltered&alert=burst' },
    { name: 'households-village', level: 'village', path: '/households' },
    { name: 'household', level: 'county', path: `/households/${there.secured}` },
    { name: 'household-returned', level: 'township', path: `/households/${there.returned}` },
    { name: 'household-reveal', level: 'county', path: `/households/${there.renovated}`, act: (page) => page.getByRole('button', { name: /^(查看完整信息|Show full numbers)$/ }).click() },
    { name: 'verification', level: 'village', path: `/households/${there.draft}/verification` },
    { name: 'verification-wrong', level: 'village', path: `/households/${stack.household(9)}/verification`, act: (page) => page.getByRole('button', { name: /^(核验完成|Complete)$/ }).click() },
    { name: 'report', level: 'village', path: `/households/${there.secured}/report` },
    { name: 'feedback', level: 'township', path: '/feedback' },
    { name: 'feedback-report', level: 'county', path: `/feedback/${there.reports[0]}` },
    { name: 'surveys', level: 'county', path: '/surveys' },
    { name: 'survey', level: 'township', path: `/surveys/${there.survey}` },
    { name: 'survey-new', level: 'township', path: `/households/${there.secured}/survey` },
    { name: 'alerts', level: 'county', path: '/alerts' },
    { name: 'accounts', level: 'county', path: '/accounts' },
    { name: 'exports', level: 'county', path: '/exports' },
    { name: 'qr-sheets', level: 'village', path: '/qr-sheets' },
    { name: 'imports', level: 'nation', path: '/imports' },
    { name: 'help', level: 'village', path: '/help' },
    { name: 'unknown', level: 'village', path: '/nothing-here' },
  ];
}
