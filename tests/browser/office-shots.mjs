// Pictures of every screen of the web platform, at the sizes of office screens. `office-shots.mjs FOLDER [NAME…]`

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { launch } from './browser.mjs';
import { desk, enter, furnish, go, screens, settled } from './office.mjs';
import { Stack } from './stack.mjs';

const SIZES = [{ width: 1366, height: 768 }, { width: 1920, height: 1080 }];
const FOLDER = process.argv[2] ?? 'target/office-shots';
const NAMES = process.argv.slice(3);

const [browser, stack] = await Promise.all([launch(), Stack.start()]);
try {
  await mkdir(FOLDER, { recursive: true });
  const there = await furnish(stack);
  for (const { name, level, path, act } of screens(stack, there)) {
    if (NAMES.length > 0 && !NAMES.includes(name)) continue;
    const page = level ? await enter(browser, stack, level, path) : await desk(browser);
    if (!level) await go(page, stack, path);
    await act?.(page);
    for (const size of SIZES) {
      await page.setViewportSize(size);
      await settled(page);
      const file = `${name}-${size.width}.png`;
      await page.screenshot({ path: join(FOLDER, file), animations: 'disabled' });
      process.stdout.write(`${file}\n`);
    }
    await page.context().close();
  }
} finally {
  await browser.close();
  await stack.stop();
}
