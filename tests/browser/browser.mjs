// Debian's chromium, as the tests use it.

import { createReadStream } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, join } from 'node:path';
import { chromium } from 'playwright-core';
import { IDENTITY } from './stack.mjs';

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** How a browser is started that asks nobody but the pages' own server. */
export const BROWSER_OPTIONS = {
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync'],
};

/** A browser that asks nobody but the pages' own server. */
export async function launch() {
  await access(executablePath).catch(() => {
    throw new Error(`no browser at ${executablePath}: install Debian's chromium, or name one in CHROMIUM`);
  });
  return chromium.launch(BROWSER_OPTIONS);
}

/** Loads an address anew. Without the empty page in between, another part of the same page would load nothing. */
export async function load(page, address) {
  await page.goto('about:blank');
  await page.goto(address);
}

/** Fills the form of a report: the household's own numbers and the captcha, unless told otherwise. */
export async function fillReport(page, stack, what) {
  const fields = { ...IDENTITY, captcha: stack.demo.captcha_answer, ...what };
  for (const [name, value] of Object.entries(fields)) {
    const field = page.locator(`[name=${name}]`);
    await (name === 'type' ? field.selectOption(value) : field.fill(value));
  }
}

/** The pages of all states, which the tests of shared/lookup-page write, from a server of their own. */
export class SamplePages {
  static folder = new URL('../../target/tmp/lookup-pages', import.meta.url).pathname;

  static async start() {
    const pages = new SamplePages();
    pages.names = (await readdir(SamplePages.folder)).map((file) => basename(file, '.html')).sort();
    pages.server = createServer((request, answer) => {
      const name = basename(new URL(request.url, 'http://sample').pathname);
      if (!pages.names.includes(name)) return answer.writeHead(404).end();
      answer.setHeader('content-type', 'text/html; charset=utf-8');
      createReadStream(join(SamplePages.folder, `${name}.html`)).pipe(answer);
    });
    await new Promise((resolve) => pages.server.listen(0, '127.0.0.1', resolve));
    return pages;
  }

  address(name) {
    return `http://127.0.0.1:${this.server.address().port}/q/${name}`;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
