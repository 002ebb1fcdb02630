// What must hold on every screen of the phone assistant.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { Phone } from './phone.mjs';
import { prepareStack, visitOfficer, visitOfficial } from './phone-screens.mjs';
import { Stack } from './stack.mjs';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
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
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  const found = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${screen}: ${id}: ${node.html}`));
  const overhang = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  if (overhang > 0) found.push(`${screen}: ${overhang} pixels too wide`);
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
