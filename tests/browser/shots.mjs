// Looks at the household's page: pictures of every state at three widths, light and dark, and how soon it is
// there on the worst network. `shots.mjs FOLDER`

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SamplePages, launch } from './browser.mjs';
import { Stack } from './stack.mjs';

const WIDTHS = [320, 390, 1280];
const STATES = { secured: 'secured-0', unsecured: 'unsecured', 'verified-again': 'reopened', left: 'left', unknown: 'not-found' };
const FOLDER = process.argv[2] ?? 'target/page-shots';
const ROUNDS = 5;
/** 100 kbit/s and 600 ms there and back. */
const WORST = { offline: false, latency: 600, downloadThroughput: 100_000 / 8, uploadThroughput: 100_000 / 8 };

async function shoot(page, name) {
  await page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true });
  process.stdout.write(`${name}.png\n`);
}

async function shootStates(browser) {
  const pages = await SamplePages.start();
  for (const colorScheme of ['light', 'dark']) {
    for (const width of WIDTHS) {
      const context = await browser.newContext({ colorScheme, viewport: { width, height: 844 } });
      const page = await context.newPage();
      for (const [state, file] of Object.entries(STATES)) {
        await page.goto('about:blank');
        await page.goto(pages.address(file));
        await shoot(page, `${state}-${width}-${colorScheme}`);
      }
      await page.goto('about:blank');
      await page.goto(`${pages.address('secured-4')}#en`);
      await shoot(page, `english-${width}-${colorScheme}`);
      await context.close();
    }
  }
  await pages.stop();
}

/** Milliseconds until something is painted, over the worst network, each time with nothing kept. */
async function firstPaint(browser, address) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.emulateNetworkConditions', WORST);
  let bytes = 0;
  session.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes ||= encodedDataLength));
  await page.goto(address);
  const painted = await page.evaluate(() => new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntriesByName('first-contentful-paint')[0]?.startTime))
      .observe({ type: 'paint', buffered: true });
  }));
  await context.close();
  return { painted, bytes };
}

await mkdir(FOLDER, { recursive: true });
const browser = await launch();
await shootStates(browser);
const stack = await Stack.start();
try {
  const { page: address } = await stack.complete(1, { result: 'secured', guarantee: 'appraised', grade: 'a' });
  for (const width of WIDTHS) {
    const page = await browser.newPage({ viewport: { width, height: 844 } });
    await page.goto(`${stack.address}${address}/report`);
    await shoot(page, `report-${width}-light`);
    await page.close();
  }
  const measured = [];
  for (let round = 0; round < ROUNDS; round += 1) measured.push(await firstPaint(browser, stack.address + address));
  const paints = measured.map(({ painted }) => Math.round(painted)).sort((one, other) => one - other);
  const report = `first paint at 100 kbit/s and 600 ms: ${paints[ROUNDS >> 1]} ms (${paints.join(', ')}); ` +
    `${measured[0].bytes} bytes over the wire with headers\n`;
  await writeFile(join(FOLDER, 'first-paint.txt'), report);
  process.stdout.write(report);
} finally {
  await stack.stop();
  await browser.close();
}
