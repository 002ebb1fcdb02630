// What must hold on every screen of the phone assistant.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { overhang, violations } from './axe.mjs';
import { Phone } from './phone.mjs';
import { prepareStack, visitOfficer, visitOfficial } from './phone-screens.mjs';
import { Stack } from './stack.mjs';

/** WCAG 2.5.5, which the campaign's officers need more than others: outdoors, with cold hands. */
const TARGET = 44;

let stack;
let shown;
before(async () => {
  stack = await Stack.start();
  shown = await prepareStack(stack);
});
after(() => stack.stop());

async function complaints(page, screen) {
  const found = (await violations(page)).map((violation) => `${screen}: ${violation}`);
  const width = await overhang(page);
  if (width > 0) found.push(`${screen}: ${width} pixels too wide`);
  const small = await page.evaluate((target) => {
    const touched = [...document.querySelectorAll('a, button, select, textarea, summary, label.choice, label.check, input:not([type=radio], [type=checkbox], [type=file])')];
    return touched.filter((element) => {
      const { width, height } = element.getBoundingClientRect();
      return width > 0 && (width < target - 0.5 || height < target - 0.5);
    }).map((element) => element.outerHTML.slice(0, 120));
  }, TARGET);
  return [...found, ...small.map((html) => `${screen}: too small to touch: ${html}`)];
}

for (const [who, visitAll] of [['an officer', visitOfficer], ['an official', visitOfficial]]) {
  test(`every screen of ${who} is accessible, fits 320 pixels, and has targets for thumbs`, async () => {
    const phone = await Phone.start(stack, { bypassCSP: true, viewport: { width: 320, height: 640 } });
    try {
      const found = [];
      await visitAll(phone, shown, async (screen) => { found.push(...await complaints(phone.page, screen)); });
      assert.deepEqual(found, []);
      assert.deepEqual(phone.complaints, []);
    } finally {
      await phone.stop();
    }
  });
}
