// What must hold on every page: nothing for axe-core to complain about, and no scrolling sideways.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * What axe-core finds on the page once everything that fades or slides in has arrived: halfway there, colours lack
 * contrast. Animations without an end, as those of something that loads, aren't waited for.
 */
export async function violations(page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((next) => requestAnimationFrame(next));
    const moving = () => document.getAnimations().filter((animation) =>
      animation.playState === 'running' && animation.effect?.getComputedTiming().endTime !== Infinity);
    // What was shown just now begins to move in the second frame.
    do {
      await frame();
      await frame();
      await Promise.allSettled(moving().map((animation) => animation.finished));
    } while (moving().length > 0);
  });
  await page.evaluate(AXE);
  const found = await page.evaluate(() => globalThis.axe.run());
  return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}

/** How many pixels the page is wider than the screen. */
export const overhang = (page) => page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
