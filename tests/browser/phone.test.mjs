// The phone assistant against the whole system: what is entered without network arrives, once and whole.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { camera, isStored, ownPhoto, Phone } from './phone.mjs';
import { exported, Officer } from './phone-work.mjs';
import { Stack, until } from './stack.mjs';

/** How often the tab is killed, by `make kill-app`: it takes minutes, and isn't among the tests of every day. */
const KILLS = Number(process.env.KILLS ?? 0);

let stack;
before(async () => { stack = await Stack.start(); });
after(() => stack.stop());

let phone;
afterEach(async () => {
  const complaints = phone?.complaints;
  await phone?.stop();
  phone = undefined;
  assert.deepEqual(complaints, []);
});

const record = async (household) => stack.call('GET', `/v1/households/${household}`, { token: await stack.account('village') });
const emptyQueue = () => until(async () => (await phone.count('jobs')) === 0, 'an empty queue');

/** Asserts that a household's verification has arrived, once, with these photos. */
async function arrived(household, photos) {
  const { state, verification } = await record(household);
  assert.equal(state, 'completed');
  assert.equal(verification.photo_ids.length, photos.length);
  for (const { buffer } of photos) assert(await isStored(stack, buffer), `${household}: another photo than was taken`);
  const { items } = await stack.call('GET', `/v1/households/${household}/history`, { token: await stack.account('village') });
  assert.equal(items.filter(({ kind }) => kind === 'completed' || kind === 'corrected').length, 1);
}

/** Answers requests of a path as told, one after the other, and then no more. */
async function disturb(path, answers) {
  const seen = [];
  await phone.context.route(path, async (route) => {
    const answer = answers.shift();
    seen.push(answer ?? 'through');
    if (answer === undefined) return route.continue();
    if (answer === 'lost') {
      await route.fetch(); // carried out, and nobody hears of it
      return route.abort('connectionreset');
    }
    return route.fulfill({ status: answer, headers: { 'retry-after': '1' }, body: '' });
  });
  return seen;
}

test('an officer signs in for the first time, under live rules for the password, and out again', async () => {
  phone = await Phone.start(stack);
  const { page } = phone;
  const { account, password } = stack.demo.accounts.filter(({ level }) => level === 'village')[1];
  await phone.go('/');
  assert.match(page.url(), /#\/sign-in$/);
  await page.locator('#account').fill(account);
  await page.locator('#password').fill(password);
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.locator('#name').fill('李小红');
  await page.locator('#position').fill('村支书');
  await page.locator('#phone').fill('16000000003');
  const kept = page.locator('.password-rules .kept');
  await page.locator('#password').fill('abcdefgh');
  assert.equal(await kept.count(), 3);
  await page.locator('#password').fill('Anju-2020-phone');
  assert.equal(await kept.count(), 6);
  await page.locator('#again').fill('Anju-2020-phone');
  await page.getByRole('button', { name: '完成', exact: true }).click();
  await page.getByText('脱贫攻坚倒计时').waitFor();

  // Remembered by a token, not by the password; a new start needs no sign-in.
  await phone.close();
  await phone.open();
  await phone.go('/');
  await phone.page.getByText('脱贫攻坚倒计时').waitFor();

  await phone.go('/me');
  await phone.page.getByRole('button', { name: '检查更新' }).click();
  await phone.page.getByText('已是最新版本').waitFor();
  await phone.page.getByRole('button', { name: '退出登录' }).click();
  await phone.page.getByRole('dialog').getByRole('button', { name: '退出登录' }).click();
  await phone.page.locator('#account').waitFor();
  for (const store of ['cache', 'drafts', 'jobs', 'photos']) assert.equal(await phone.count(store), 0, store);
});

test('three households verified with no network arrive once each, photos byte for byte, through 503, 503 and a lost answer', async () => {
  phone = await Phone.start(stack);
  await phone.prepare();
  await phone.context.setOffline(true);
  const photos = {};
  for (const number of [1, 2, 3]) {
    const photo = await ownPhoto(stack);
    const household = stack.household(number);
    photos[household] = photo;
    await phone.complete(household, { photo, note: `第${number}户` });
  }
  assert.equal(await phone.count('jobs'), 3);
  await phone.go('/households');
  await phone.page.getByRole('tab', { name: /^待上传\s*3$/ }).click();
  assert.equal(await phone.page.getByRole('listitem').count(), 3);
  await phone.go('/help');
  await phone.page.getByText('常见问题').waitFor();
  await phone.close();

  await phone.open();
  const seen = await disturb('**/verification/complete', [503, 503, undefined, 'lost']);
  await phone.go('/queue');
  // What waits for time to pass needs no patience of the test.
  await until(async () => {
    if ((await phone.count('jobs')) === 0) return true;
    await phone.page.getByRole('button', { name: '立即上传' }).click({ timeout: 1000 }).catch(() => undefined);
    return false;
  }, 'an empty queue', { every: 500 });
  assert.deepEqual(seen.slice(0, 2), [503, 503]);
  assert(seen.includes('lost'));
  assert.equal(seen.length, 6, `${seen}: three answers, two refusals, one repetition`);

  for (const [household, photo] of Object.entries(photos)) await arrived(household, [photo]);
  assert.equal(await phone.count('photos'), 0);
  assert.equal(await phone.count('drafts'), 0);
});

test('what the phone says it has kept is there after the tab is killed at that very moment', async () => {
  phone = await Phone.start(stack);
  await phone.prepare();
  await phone.context.setOffline(true);
  const household = stack.household(4);
  const photo = await ownPhoto(stack);
  await phone.openForm(household);
  await phone.step(1);
  await phone.page.locator('#correction-id_number').fill('11010519491231002X');
  await phone.step(3);
  await phone.takePhoto(photo);
  await phone.kill();
  const [draft] = (await exported(phone)).drafts;
  assert.equal(draft.form.correction.idNumber, '11010519491231002X');
  assert.equal(draft.photos.length, 1);

  await phone.openForm(household);
  await phone.step(2);
  await phone.page.getByText('住房安全有保障', { exact: true }).click();
  await phone.page.getByText('鉴定安全', { exact: true }).click();
  await phone.page.getByText('A级', { exact: true }).click();
  // When the time of saving changes, something was saved; when it changes again, all that stood there then was.
  let text = '';
  const typeUntilSaved = async () => {
    const before = await phone.page.locator('.saved').innerText();
    await until(async () => {
      await phone.page.locator('#note').fill(text += '字');
      return (await phone.page.locator('.saved').innerText()) !== before;
    }, 'a later time of saving');
    return text;
  };
  const shown = await typeUntilSaved();
  await typeUntilSaved();
  await phone.kill();
  assert((await exported(phone)).drafts[0].form.note.startsWith(shown));

  await phone.openForm(household);
  await phone.step(4);
  await phone.page.getByRole('button', { name: '核验完成' }).click();
  await phone.page.locator('.steps').waitFor({ state: 'detached' });
  await phone.kill();
  await phone.context.setOffline(false);
  await emptyQueue();
  assert.equal((await record(household)).state, 'completed');
  assert(await isStored(stack, photo.buffer));
});

test(`a tab that is killed ${KILLS} times at any moment loses nothing that was entered a second before`, { skip: KILLS === 0 }, async (t) => {
  phone = await Phone.start(stack);
  await phone.prepare();
  await phone.context.setOffline(true);
  const { items } = await stack.call('GET', '/v1/households?state=pending&limit=100', { token: await stack.account('village') });
  const households = items.map(({ id }) => id);
  const officer = new Officer(phone);
  for (let kill = 1; kill <= KILLS; kill++) {
    const died = await officer.workUntilKilled(households, 200 + Math.random() * 7800);
    assert.deepEqual(await officer.lost(died - 1000), [], `after ${kill} kills`);
  }
  await officer.work(officer.visits.map(({ household }) => household));
  assert.deepEqual(await officer.lost(Date.now()), []);

  // And while it is being sent.
  await phone.context.setOffline(false);
  for (let kill = 1; kill <= KILLS / 5; kill++) {
    await pause(Math.random() * 1500);
    await phone.kill();
  }
  await until(async () => {
    if ((await phone.count('jobs')) === 0) return true;
    await phone.page.getByRole('button', { name: '立即上传' }).click({ timeout: 1000 }).catch(() => undefined);
    return false;
  }, 'an empty queue', { seconds: 300, every: 1000 });
  for (const { household, photos } of officer.visits) await arrived(household, photos);
  t.diagnostic(`${officer.entered} entries, ${officer.visits.length} households, ${officer.visits.flatMap(({ photos }) => photos).length} photos`);
});

test('what somebody else changed meanwhile is shown beside the own version; neither is lost', async () => {
  phone = await Phone.start(stack);
  await phone.prepare();
  const household = stack.household(5);
  await phone.openForm(household);
  await phone.context.setOffline(true);
  await phone.complete(household, { photo: await ownPhoto(stack), note: '手机填写' });
  await stack.complete(5, { result: 'unsecured', explanation: '电脑填写' });
  await phone.context.setOffline(false);
  await phone.go('/queue');
  await phone.page.getByRole('link', { name: '查看两份内容' }).click();
  await phone.page.getByText('手机填写').waitFor();
  await phone.page.getByText('电脑填写').waitFor();
  await phone.page.getByRole('button', { name: '用本机的提交（服务器的保留在历史中）' }).click();
  await emptyQueue();
  assert.equal((await record(household)).verification.note, '手机填写');
  const { items } = await stack.call('GET', `/v1/households/${household}/history`, { token: await stack.account('village') });
  assert(JSON.stringify(items).includes('电脑填写'), 'the other version is in the history');
});

test('everything that is wrong is listed at once, each with a link that leads to its field', async () => {
  phone = await Phone.start(stack);
  await phone.prepare();
  const { page } = phone;
  await phone.openForm(stack.household(6));
  await phone.step(2);
  await page.getByText('住房安全有保障', { exact: true }).click();
  await page.getByText('保障安全', { exact: true }).click();
  await phone.step(4);
  await page.locator('#verifier-name').fill('');
  await page.getByRole('button', { name: '核验完成' }).click();
  const links = page.getByRole('alert').getByRole('link');
  const texts = await links.allInnerTexts();
  for (const field of ['安全房屋类型', '备注', '核验人']) assert(texts.some((text) => text.startsWith(field)), `${field} in ${texts}`);
  await links.filter({ hasText: '备注' }).click();
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'note');
});

test('the keys for ID numbers have an X, and a wrong check digit is said at once', async () => {
  phone = await Phone.start(stack);
  await phone.prepare();
  const { page } = phone;
  await phone.openForm(stack.household(6));
  await phone.step(1);
  await page.locator('#correction-id_number').click();
  for (const key of '11010519491231002') await page.locator('.keypad').getByRole('button', { name: key, exact: true }).click();
  await page.locator('.keypad').getByRole('button', { name: '1', exact: true }).click();
  await page.locator('#correction-id_number-error').waitFor();
  await page.getByRole('button', { name: '删除一位' }).click();
  await page.locator('.keypad').getByRole('button', { name: 'X', exact: true }).click();
  assert.equal(await page.locator('#correction-id_number').inputValue(), '11010519491231002X');
  assert.equal(await page.locator('#correction-id_number-error').count(), 0);
});

test('without a position a photo is taken and the household completed all the same', async () => {
  phone = await Phone.start(stack, { permissions: [] });
  await phone.prepare();
  const household = stack.household(16);
  const photo = await ownPhoto(stack);
  await phone.fill(household, { photo });
  await phone.step(3);
  await phone.page.getByText('无位置（不影响提交）').waitFor();
  await phone.step(4);
  await phone.page.getByRole('button', { name: '核验完成' }).click();
  await phone.page.locator('.steps').waitFor({ state: 'detached' });
  await emptyQueue();
  await arrived(household, [photo]);
});

test('a report written without network is sent later, and a sign-out warns while it waits', async () => {
  phone = await Phone.start(stack);
  await phone.prepare();
  const { page } = phone;
  await phone.context.setOffline(true);
  await phone.go(`/households/${stack.household(7)}/report`);
  await page.getByText('房屋质量问题').click();
  await page.locator('#content').fill('山墙裂了一条缝');
  await page.getByRole('button', { name: '提交' }).click();
  await page.getByText('待上传', { exact: true }).first().waitFor();
  await phone.go('/me');
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.getByText('还有 1 项未上传').waitFor();
  await page.getByRole('button', { name: '返回', exact: true }).last().click();
  await phone.context.setOffline(false);
  await phone.go('/queue');
  await emptyQueue();
  await phone.go('/reports');
  await page.getByText('房屋质量问题').first().waitFor();
});

test('a survey begun without network outlives the tab, warns at the sign-out, and is sent with its photo', async () => {
  phone = await Phone.start(stack);
  await phone.signIn('township');
  const { household } = await stack.complete(9, { result: 'unsecured', explanation: '待改造' });
  await phone.go(`/households/${household}`);
  await phone.page.getByRole('link', { name: '现场调研' }).waitFor();
  await phone.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await phone.context.setOffline(true);
  await phone.go(`/households/${household}/survey`);
  await phone.page.locator('#finding').fill('屋顶漏水，墙体开裂');
  const photo = await ownPhoto(stack);
  await phone.takePhoto(photo); // once it is seen, all of it is on the disk
  await phone.kill();

  const { page } = phone;
  await phone.go('/me');
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.getByText('还有 1 份草稿').waitFor();
  await page.getByRole('button', { name: '返回', exact: true }).last().click();
  await phone.go('/surveys');
  await page.locator('.rows a').filter({ hasText: '草稿' }).click();
  assert.equal(await page.locator('#finding').inputValue(), '屋顶漏水，墙体开裂');
  await page.locator('.photo img').waitFor();
  await page.locator('#opinion').fill('尽快改造');
  await phone.context.setOffline(false);
  await page.getByRole('button', { name: '提交' }).click();
  await page.waitForURL(/#\/surveys$/);
  await emptyQueue();
  assert.equal(await phone.count('drafts'), 0);
  assert(await isStored(stack, photo.buffer));
  const { items } = await stack.call('GET', `/v1/surveys`, { token: await stack.account('township') });
  const survey = items.find((item) => item.household_id === household);
  assert.equal(survey.finding, '屋顶漏水，墙体开裂');
  assert.equal(survey.photo_ids.length, 1);
});

test("the household's code, held before the camera, opens the household", async () => {
  const { household } = await stack.complete(10, { result: 'unsecured', explanation: '待改造' });
  const code = await fetch(`${stack.address}/v1/households/${household}/qr.svg`, {
    headers: { authorization: `Bearer ${await stack.account('village')}` },
  }).then((answer) => answer.text());
  phone = await Phone.start(stack, await camera(stack, code));
  await phone.signIn();
  await phone.go('/scan');
  await phone.page.waitForURL(new RegExp(`#/households/${household}$`));
  await phone.page.getByText('待改造').waitFor();
});

test('what waits can be exported to a file, photos with it', async () => {
  phone = await Phone.start(stack);
  await phone.prepare();
  await phone.context.setOffline(true);
  const photo = await ownPhoto(stack);
  await phone.complete(stack.household(8), { photo });
  const content = await exported(phone);
  assert.equal(content.jobs.length, 1);
  assert(Buffer.from(content.photos[0].base64, 'base64').equals(photo.buffer));
});

test('a browser that knows modules but cannot read these takes the files for old browsers', async () => {
  phone = await Phone.start(stack, { serviceWorkers: 'block' });
  const { page } = phone;
  await phone.context.route(/\/assets\/(?!.*-legacy).*\.js$/, (route) => route.fulfill({ contentType: 'text/javascript', body: 'import(' }));
  const asked = [];
  page.on('request', (request) => asked.push(request.url()));
  await phone.go('/sign-in');
  await page.locator('#account').waitFor();
  assert(asked.some((url) => /\/index-legacy-/.test(url)));
  const colour = await page.locator('.button.main').evaluate((button) => getComputedStyle(button).backgroundColor);
  assert.equal(colour, 'rgb(18, 87, 168)', 'with its styles');
  // What no browser can read is a fault that was meant to be.
  phone.complaints = phone.complaints.filter((complaint) => !/Unexpected (token|end of input)/.test(complaint));
});

describe('a village of 1,404 households', () => {
  const row = (number) => ({
    id: `530627101203-${number}`, version: 1, region: { code: '530627101203', name: '云岭村', path: [] },
    head: { name: `测试${number}`, id_number: `1101051949123${String(number).padStart(4, '0')}X`, phone: null },
    members: number === 700 ? ['李四'] : [], state: 'pending', alerts: [],
  });

  test('is searched and scrolled through without ever being in the page as a whole', async () => {
    phone = await Phone.start(stack);
    await phone.signIn();
    await phone.context.route(/\/v1\/households\?/, (route) => {
      const from = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
      const items = Array.from({ length: Math.min(100, 1404 - from) }, (_, index) => row(from + index + 1));
      const next = from + 100 < 1404 ? String(from + 100) : null;
      return route.fulfill({ json: { items, total: 1404, next_cursor: next, as_of: '2020-06-03T00:00:00Z' } });
    });
    const { page } = phone;
    await phone.go('/households');
    await page.getByRole('button', { name: '刷新' }).click();
    await page.getByText('共 1404 户').waitFor();
    assert(await page.getByRole('listitem').count() < 60);
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.getByText('测试1404', { exact: true }).waitFor();
    assert(await page.getByRole('listitem').count() < 60);
    await page.locator('#search').fill('0042X');
    await page.getByText('测试42', { exact: true }).waitFor();
    assert.equal(await page.getByRole('listitem').count(), 1);
    await page.locator('#search').fill('李四');
    await page.getByText('测试700', { exact: true }).waitFor();
  });
});
