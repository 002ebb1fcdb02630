// Pictures of every screen of the phone assistant, at two sizes. `app-shots.mjs FOLDER`

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Phone } from './phone.mjs';
import { prepareStack, visitOfficer, visitOfficial } from './phone-screens.mjs';
import { Stack } from './stack.mjs';

const SIZES = [{ width: 390, height: 844 }, { width: 320, height: 640 }];
const FOLDER = process.argv[2] ?? 'target/app-shots';

await mkdir(FOLDER, { recursive: true });
const stack = await Stack.start();
try {
  const shown = await prepareStack(stack);
  for (const visitAll of [visitOfficer, visitOfficial]) {
    const phone = await Phone.start(stack);
    await visitAll(phone, shown, async (screen) => {
      const { page } = phone;
      const picture = async (name, options) => {
        await page.screenshot({ path: join(FOLDER, `${name}.png`), ...options });
        process.stdout.write(`${name}.png\n`);
      };
      const scrolled = await page.evaluate(() => scrollY);
      if (scrolled > 0) await picture(`${screen}-as-seen`); // where the screen has scrolled by itself
      for (const size of SIZES) {
        await page.setViewportSize(size);
        await page.evaluate(() => scrollTo(0, 0)); // what sticks to an edge would stand in the middle
        await picture(`${screen}-${size.width}`, { fullPage: true });
      }
      await page.setViewportSize(SIZES[0]);
      await page.evaluate((to) => scrollTo(0, to), scrolled);
    });
    await phone.stop();
  }
} finally {
  await stack.stop();
}
