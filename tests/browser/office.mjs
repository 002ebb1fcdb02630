// The web platform in a browser: its pages, and signing in.

import { join } from 'node:path';
import { until } from './stack.mjs';

/** Longer than anything takes on a busy machine: what takes longer never comes. */
export const LONGEST_MS = 60_000;
export const DESK = { width: 1366, height: 768 };
/** What all accounts are given at their first sign-in. */
export const PASSWORD = 'Browser-2020-page';

/** A page of a context of its own, which notes what is asked for and complained about. */
export async function desk(browser, options = {}) {
  return watched(await surroundings(browser, options));
}

/** What pages share: storage, language, size. */
export async function surroundings(browser, { language = 'zh-CN', ...options } = {}) {
  const context = await browser.newContext({ viewport: DESK, locale: 'zh-CN', ...options });
  context.setDefaultTimeout(LONGEST_MS);
  await context.addInitScript((chosen) => location.protocol !== 'about:' && localStorage.setItem('anju-language', chosen), language);
  return context;
}

/** A page that notes what is asked for and complained about. */
export async function watched(context) {
  const page = await context.newPage();
  page.requests = [];
  page.complaints = [];
  page.waitingFor = new Set();
  page.on('request', (request) => {
    page.requests.push(request);
    // Of its own accord the browser asks for the page's icon, too, and doesn't always say what became of it.
    if (request.resourceType() !== 'other') page.waitingFor.add(request);
  });
  // An answer that nobody reads, as a refusal before the session is renewed, has begun but never ends.
  page.on('response', (response) => page.waitingFor.delete(response.request()));
  page.on('requestfailed', (request) => page.waitingFor.delete(request));
  page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
  page.on('pageerror', (error) => page.complaints.push(error.message));
  return page;
}

/** The level's first account, with its first sign-in done. */
export async function accountOf(stack, level) {
  await stack.account(level);
  return stack.demo.accounts.find((account) => account.level === level).account;
}

/** Stands for a level whose account has its first sign-in still before it. */
export const NEWCOMER = 'newcomer';

/** Fills the form of the sign-in and sends it. */
export async function fillSignIn(page, stack, { account, password = PASSWORD, captcha = stack.demo.captcha_answer }) {
  await page.locator('[name=account]').fill(account);
  await page.locator('[name=password]').fill(password);
  await page.locator('[name=captcha]').fill(captcha);
  await page.getByRole('button', { name: '登录', exact: true }).click();
}

/** A page that is signed in as the level's account, at a path of the platform. */
export async function enter(browser, stack, level, path = '/', options = {}) {
  const context = await surroundings(browser, options);
  await signInto(context, stack, level);
  const page = await watched(context);
  await go(page, stack, path);
  return page;
}

/** Signs all pages of the context in, as the level's account. */
export async function signInto(context, stack, level) {
  const session = await sessionOf(stack, level);
  await context.addInitScript((text) => location.protocol !== 'about:' && localStorage.getItem('anju-office-session') === null && localStorage.setItem('anju-office-session', text), JSON.stringify(session));
}

/** A session of the level's account. A `newcomer` has its first sign-in still before it. */
async function sessionOf(stack, level) {
  stack.sessions ??= {};
  // Access tokens are good for a quarter of an hour, refresh tokens for one page only.
  if (!(stack.sessions[level]?.expiresAt > Date.now() + 300_000)) {
    const body = level === NEWCOMER ? stack.demo.accounts.find((account) => account.level === 'prefecture') : { account: await accountOf(stack, level), password: PASSWORD };
    const answer = await stack.call('POST', '/v1/sessions', { body: { account: body.account, password: body.password } });
    stack.sessions[level] = {
      accessToken: answer.access_token, refreshToken: answer.refresh_token, expiresAt: Date.now() + 900_000, account: answer.account,
    };
  }
  return stack.sessions[level];
}

/** Opens a path of the platform, and waits until everything that it loads is there. */
export async function go(page, stack, path) {
  await page.goto(`${stack.address}/office/#${path}`);
  await settled(page);
}

/** Nothing is being loaded any more, and nothing is asked for after what came last. */
export async function settled(page) {
  await page.locator('main').first().waitFor();
  for (let quiet = 0; quiet < 2; quiet++) {
    await page.waitForFunction(() => !document.querySelector('[aria-busy=true], .starting'));
    await until(() => page.waitingFor.size === 0, 'all answers', { every: 20 }).catch((error) => {
      throw new Error(`${error.message}: ${[...page.waitingFor].map((request) => request.url())}`);
    });
    await page.evaluate(() => new Promise((next) => requestAnimationFrame(() => requestAnimationFrame(next))));
    if (page.waitingFor.size > 0) quiet = -1;
  }
}

/** A photo of the demonstration, as a file. */
export const photoFile = (stack, name = 'portrait') => join(stack.folder, `data/demo-photos/${name}.jpg`);
