// Pictures of every screen of the web platform, at the sizes of office screens; what doesn't fit the smaller one is there
// as a whole, too. `office-shots.mjs FOLDER [NAME…]`

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from './browser.mjs';
import { furnish, furnishBulk, screens, show } from './office-screens.mjs';
import { Stack } from './stack.mjs';

const SIZES = [{ width: 1920, height: 1080 }, { width: 1366, height: 768 }];
const FOLDER = process.argv[2] ?? 'target/office-shots';
const NAMES = process.argv.slice(3);

const [browser, stack] = await Promise.all([launch(), Stack.start()]);
try {
  await mkdir(FOLDER, { recursive: true });
  const there = await furnish(stack);
  await furnishBulk(stack);
  const wanted = screens(stack, there).filter(({ name }) => NAMES.length === 0 || NAMES.includes(name));
  await show(browser, stack, wanted, async (page, { name }) => {
    const shoot = async (file, options) => {
      await page.screenshot({ path: join(FOLDER, file), animations: 'disabled', ...options });
      process.stdout.write(`${file}\n`);
    };
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await page.waitForFunction((width) => innerWidth === width, size.width);
      await shoot(`${name}-${size.width}.png`);
    }
    const isLonger = await page.evaluate(() => document.documentElement.scrollHeight > innerHeight);
    if (isLonger) await shoot(`${name}-whole.png`, { fullPage: true });
  });
} finally {
  await browser.close();
  await stack.stop();
}
