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
      for (const size of SIZES) {
        await phone.page.setViewportSize(size);
        const name = `${screen}-${size.width}.png`;
        await phone.page.screenshot({ path: join(FOLDER, name), fullPage: true });
        process.stdout.write(`${name}\n`);
      }
      await phone.page.setViewportSize(SIZES[0]);
    });
    await phone.stop();
  }
} finally {
  await stack.stop();
}
