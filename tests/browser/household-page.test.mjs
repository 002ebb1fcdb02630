// The household's page in a real browser: in all its states, and on the whole system.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { overhang, violations } from './axe.mjs';
import { SamplePages, fillReport, launch, load } from './browser.mjs';
import { Stack } from './stack.mjs';

const LANGUAGES = ['', '#en'];
/** Longer than anything takes on a busy machine: what takes longer never comes. */
const LONGEST_MS = 120_000;

let browser;
before(async () => { browser = await launch(); });
after(() => browser.close());

/** A page of a context of its own, which notes what is asked for and complained about. */
async function open(address, options = {}) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(LONGEST_MS);
  const page = await context.newPage();
  page.requests = [];
  page.complaints = [];
  page.on('request', (request) => page.requests.push(new URL(request.url()).pathname));
  page.on('console', (message) => message.type() === 'error' && page.complaints.push(message.text()));
  page.on('pageerror', (error) => page.complaints.push(error.message));
  if (address) await page.goto(address);
  return page;
}

describe('in every state', () => {
  let pages;
  before(async () => { pages = await SamplePages.start(); });
  after(() => pages.stop());

  test('there are pages of all kinds', () => {
    for (const name of ['secured-0', 'unsecured', 'reopened', 'left', 'fullest', 'not-found']) assert(pages.names.includes(name));
  });

  test('axe-core finds nothing to complain about, in both languages, light and dark', async () => {
    for (const colorScheme of ['light', 'dark']) {
      const page = await open(undefined, { bypassCSP: true, colorScheme });
      for (const name of pages.names) {
        for (const language of LANGUAGES) {
          await load(page, pages.address(name) + language);
          assert.deepEqual(await violations(page), [], `${name}${language} in ${colorScheme}`);
        }
      }
      await page.context().close();
    }
  });

  test('nothing is wider than a small screen, at 200 % neither', async () => {
    // At 200 % a screen of 320 pixels is one of 160.
    for (const width of [320, 160]) {
      const page = await open(undefined, { viewport: { width, height: 600 } });
      for (const name of pages.names) {
        for (const language of LANGUAGES) {
          await load(page, pages.address(name) + language);
          assert(await overhang(page) <= 0, `${name}${language} at ${width}: ${await overhang(page)} too wide`);
        }
      }
      await page.context().close();
    }
  });

  test('type is large and buttons are for thumbs', async () => {
    const page = await open(pages.address('unsecured'), { viewport: { width: 390, height: 844 } });
    const styles = await page.evaluate(() => {
      const shown = [...document.querySelectorAll('main *')].filter((element) => element.getClientRects().length);
      const number = (element, name) => parseFloat(getComputedStyle(element)[name]);
      return {
        size: Math.min(...shown.map((element) => number(element, 'fontSize'))),
        spacing: Math.min(...shown.map((element) => number(element, 'lineHeight') / number(element, 'fontSize'))),
        targets: [...document.querySelectorAll('.call,.more')].filter((element) => element.getClientRects().length)
          .map((element) => element.getBoundingClientRect().height),
      };
    });
    assert(styles.size >= 20 && styles.spacing >= 1.5, JSON.stringify(styles));
    assert(styles.targets.length >= 2 && styles.targets.every((height) => height >= 60), JSON.stringify(styles));
    await page.context().close();
  });

  test('each prints on one page of A4 and of A6', async () => {
    const page = await open();
    for (const name of pages.names) {
      for (const language of LANGUAGES) {
        await load(page, pages.address(name) + language);
        for (const format of ['A4', 'A6']) {
          const pdf = await page.pdf({ format, preferCSSPageSize: false });
          const sheets = pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length;
          assert.equal(sheets, 1, `${name}${language} on ${format}`);
        }
      }
    }
    await page.context().close();
  });
});

describe('on the whole system', () => {
  let stack;
  let household;
  before(async () => {
    stack = await Stack.start();
    household = await stack.complete(1, { result: 'secured', guarantee: 'appraised', grade: 'a' });
  });
  after(() => stack?.stop());

  test('it is read without scripts by a single request', async () => {
    const page = await open(stack.address + household.page, { javaScriptEnabled: false });
    assert.equal(await page.locator('h1:visible').innerText(), '住房安全有保障');
    assert.match(await page.locator('main:visible').innerText(), /110105\*\*\*\*\*002X/);
    assert(!(await page.locator('.aloud').first().isVisible()));
    await page.locator('main:visible .language a').click();
    assert.equal(await page.locator('h1:visible').innerText(), 'Housing safety is secured');
    await page.locator('main:visible .language a').click();
    assert.equal(await page.locator('h1:visible').innerText(), '住房安全有保障');
    assert.deepEqual(page.requests, [household.page]);
    assert.deepEqual(await page.context().cookies(), []);
    await page.context().close();
  });

  test('with scripts it only asks for ours, after the page, and breaks no policy', async () => {
    const page = await open(stack.address + household.page);
    await page.waitForLoadState('networkidle');
    assert.equal(page.requests.length, 2);
    assert.equal(page.requests[0], household.page);
    assert.match(page.requests[1], /^\/scripts\/page-[0-9a-f]{16}\.js$/);
    assert.deepEqual(page.complaints, []);
    assert.deepEqual(await page.context().cookies(), []);
    await page.context().close();
  });

  test('it is read aloud in its language where the browser can speak, and nowhere else', async () => {
    const page = await open();
    await page.addInitScript(() => {
      globalThis.said = [];
      const speech = { speaking: false, speak: (words) => said.push([words.lang, words.text]), cancel: () => {} };
      Object.defineProperty(globalThis, 'speechSynthesis', { value: speech });
    });
    for (const [address, language, sentence] of [
      [household.page, 'zh-CN', '住房安全有保障'],
      [`${household.page}#en`, 'en', 'Housing safety is secured'],
    ]) {
      await load(page, stack.address + address);
      await page.locator('button.aloud:visible').click();
      const said = await page.evaluate(() => globalThis.said);
      assert.deepEqual(said[0], [language, sentence]);
      assert(said.every(([spoken]) => spoken === language));
      const text = said.map(([, words]) => words).join('\n');
      assert.match(text, /1 1 0 1 0 5, 0 0 2X/, 'digit by digit, stars as a pause');
    }
    await page.context().close();

    const mute = await open();
    await mute.addInitScript(() => Object.defineProperty(globalThis, 'speechSynthesis', { value: undefined }));
    await mute.goto(stack.address + household.page);
    assert.equal(await mute.locator('button.aloud:visible').count(), 0);
    await mute.context().close();
  });

  const fill = (page, what) => fillReport(page, stack, what);

  for (const javaScriptEnabled of [false, true]) {
    const scripts = javaScriptEnabled ? 'with scripts' : 'without scripts';

    test(`a problem is reported ${scripts} and its answer read`, async () => {
      const number = javaScriptEnabled ? 3 : 2;
      const { household: id, page: address } = await stack.complete(number, { result: 'unsecured', explanation: '屋顶漏水' });
      const page = await open(stack.address + address, { javaScriptEnabled });
      await page.locator('main:visible a.more').click();
      await page.waitForURL(/\/report$/);
      await fill(page, { type: 'house_quality', content: `山墙裂了，${scripts}` });
      await page.locator('button.first').click();
      await page.getByText('已收到您反映的问题').waitFor();
      assert.match(await page.locator('main').innerText(), /乡镇应在3天内处理/);
      assert.match(await page.locator('.said').first().innerText(), /山墙裂了/);
      assert.equal(await page.locator('[name=content]').inputValue(), '', 'not to be sent again');

      await stack.handle(id, '已联系施工队');
      await fill(page, {});
      await page.locator('button[value=query]').click();
      await page.getByText('已联系施工队').waitFor();
      await stack.says(address, '房屋质量问题');
      await page.locator('a.more').click();
      await page.waitForURL(stack.address + address);
      // Browsers keep the page for a minute.
      await page.reload();
      const shown = await page.locator('main:visible').innerText();
      assert(shown.includes('房屋质量问题') && !shown.includes('山墙'), 'what is reported is not public');
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    });

    test(`wrong numbers are refused ${scripts} without saying which, and what was written stays`, async () => {
      const page = await open(`${stack.address}${household.page}/report`, { javaScriptEnabled });
      for (const wrong of [{ phone: '16000000009' }, { id_number: '110105194912310038' }]) {
        await fill(page, { type: 'other', content: '写好的话', ...wrong });
        await page.locator('button.first').click();
        await page.getByText('身份证号或手机号与登记信息不符').waitFor();
        assert.equal(await page.locator('[name=content]').inputValue(), '写好的话');
        await page.goto(`${stack.address}${household.page}/report`);
      }
      await page.context().close();
    });
  }

  test('a network that fails while a report is sent loses no word', async () => {
    const page = await open(`${stack.address}${household.page}/report`);
    await fill(page, { type: 'other', content: '信号不好' });
    await page.context().setOffline(true);
    await page.locator('button.first').click();
    await page.getByText('网络不通').waitFor();
    assert.equal(await page.locator('[name=content]').inputValue(), '信号不好');
    await page.context().setOffline(false);
    await page.locator('button.first').click();
    await page.getByText('已收到您反映的问题').waitFor();
    await page.context().close();
  });

  test('the form is sound to axe-core, in both languages, light and dark', async () => {
    for (const colorScheme of ['light', 'dark']) {
      for (const language of ['', '?lang=en']) {
        const page = await open(`${stack.address}${household.page}/report${language}`, { bypassCSP: true, colorScheme });
        assert.deepEqual(await violations(page), [], `${language} in ${colorScheme}`);
        await page.setViewportSize({ width: 160, height: 600 });
        assert(await overhang(page) <= 0);
        await page.context().close();
      }
    }
  });

  test('so are its refusal and its answers, and they fit on a small screen', async () => {
    const { household: id, page: address } = await stack.complete(5, { result: 'unsecured', explanation: '屋顶漏水' });
    const page = await open(`${stack.address}${address}/report`, { bypassCSP: true });
    const isSound = async (state) => {
      for (const colorScheme of ['light', 'dark']) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await violations(page), [], `${state} in ${colorScheme}`);
      }
      await page.setViewportSize({ width: 160, height: 600 });
      assert(await overhang(page) <= 0, state);
      await page.setViewportSize({ width: 390, height: 844 });
    };
    await fill(page, { type: 'other', content: '问一件事', phone: '16000000009' });
    await page.locator('button.first').click();
    await page.getByText('身份证号或手机号与登记信息不符').waitFor();
    await isSound('refused');
    await fill(page, { type: 'other', content: '问一件事' });
    await page.locator('button.first').click();
    await page.getByText('已收到您反映的问题').waitFor();
    await isSound('received');
    await stack.handle(id, '已答复');
    await fill(page, { content: '还没写完' });
    await page.locator('button[value=query]').click();
    await page.getByText('已答复').waitFor();
    assert.equal(await page.locator('[name=content]').inputValue(), '还没写完');
    await isSound('handled');
    await page.context().close();
  });

  test('a withdrawn page is as unknown as one that never was', async () => {
    const { household: id, page: address } = await stack.complete(4, { result: 'unsecured', explanation: '屋顶漏水' });
    const token = await stack.account('township');
    await stack.call('POST', `/v1/households/${id}/lookup/renew`, { body: { reason: '二维码丢失' }, token });
    await stack.says(address, '没有找到这个页面');
    const page = await open(stack.address + address);
    const shown = await page.content();
    const never = await page.goto(`${stack.address}/q/${'z'.repeat(24)}`);
    assert.equal(never.status(), 404);
    assert.equal(await page.content(), shown);
    await page.context().close();
  });
});
