// Pictures of the household's page and of the form for reports, in every state, at three widths, light and dark.
// `shots.mjs FOLDER`

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { SamplePages, fillReport, launch, load } from './browser.mjs';
import { Stack } from './stack.mjs';

const WIDTHS = [320, 390, 1280];
const STATES = {
  secured: 'secured-0', english: 'secured-4#en', unsecured: 'unsecured', 'verified-again': 'reopened', left: 'left',
  fullest: 'fullest', unknown: 'not-found',
};
const FOLDER = process.argv[2] ?? 'target/page-shots';

/** The page as it is now, at all widths, light and dark. */
async function shoot(page, state) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 844 });
      const name = `${state}-${width}-${colorScheme}.png`;
      await page.screenshot({ path: join(FOLDER, name), fullPage: true });
      process.stdout.write(`${name}\n`);
    }
  }
}

async function shootPages(page) {
  const pages = await SamplePages.start();
  for (const [state, address] of Object.entries(STATES)) {
    await load(page, pages.address(address));
    await shoot(page, state);
  }
  await pages.stop();
}

async function shootReports(page, stack) {
  const { household, page: path } = await stack.complete(1, { result: 'unsecured', explanation: '屋顶漏水' });
  await load(page, `${stack.address}${path}/report`);
  await shoot(page, 'report');
  const said = { type: 'house_quality', content: '山墙裂了一条缝' };
  await fillReport(page, stack, { ...said, phone: '16000000009' });
  await page.locator('button.first').click();
  await page.getByText('身份证号或手机号与登记信息不符').waitFor();
  await shoot(page, 'report-refused');
  await fillReport(page, stack, said);
  await page.locator('button.first').click();
  await page.getByText('已收到您反映的问题').waitFor();
  await shoot(page, 'report-received');
  await stack.handle(household, '已联系施工队，下周来修');
  await fillReport(page, stack, {});
  await page.locator('button[value=query]').click();
  await page.getByText('已联系施工队').waitFor();
  await shoot(page, 'report-handled');
  await stack.says(path, '房屋质量问题');
  await load(page, stack.address + path);
  await shoot(page, 'with-a-report');
}

await mkdir(FOLDER, { recursive: true });
const browser = await launch();
const page = await browser.newPage();
await shootPages(page);
const stack = await Stack.start();
try {
  await shootReports(page, stack);
} finally {
  await stack.stop();
  await browser.close();
}
