// The phone assistant in a browser: what an officer does with it.

import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { chromium } from 'playwright-core';
import { BROWSER_OPTIONS, launch } from './browser.mjs';
import { until } from './stack.mjs';

/** Longer than anything takes on a busy machine: what takes longer never comes. */
const LONGEST_MS = Number(process.env.LONGEST_MS ?? 60_000);
export const PASSWORD = 'Browser-2020-page';
const PLACE = { latitude: 27.441667, longitude: 104.873611, accuracy: 12 };

/** A phone: a browser whose storage outlives its windows. */
export class Phone {
  static async start(stack, options = {}) {
    const phone = new Phone();
    phone.stack = stack;
    phone.options = options;
    phone.folder = await mkdtemp(join(tmpdir(), 'anju-phone-'));
    await phone.open();
    return phone;
  }

  /** Opens the browser, again after `close`. */
  async open() {
    this.context = await chromium.launchPersistentContext(this.folder, {
      ...BROWSER_OPTIONS,
      viewport: { width: 390, height: 844 },
      hasTouch: true,
      locale: 'zh-CN',
      geolocation: PLACE,
      permissions: ['geolocation'],
      ...this.options,
    });
    this.context.setDefaultTimeout(LONGEST_MS);
    this.complaints = [];
    this.page = await this.newPage();
  }

  async newPage() {
    const page = await this.context.newPage();
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('console', (message) => /Content Security Policy/.test(message.text()) && this.complaints.push(message.text()));
    return page;
  }

  async close() {
    await this.context.close();
  }

  async stop() {
    await this.context.close().catch(() => undefined);
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Ends the tab as the system does when memory runs out: no event tells it. Opens another one, with the queue. */
  async kill() {
    const { page } = this;
    let isDead = false;
    const death = new Promise((resolve) => page.once('crash', resolve)).then(() => (isDead = true));
    const crash = () => this.context.newCDPSession(page).then((session) => session.send('Page.crash')).catch(() => undefined);
    // A tab on its way from one page to another may survive it.
    await until(async () => {
      void crash();
      await Promise.race([death, pause(1000)]);
      return isDead;
    }, 'the end of the tab');
    // Closed before anything else is asked of the browser: it would wait for the dead tab's answer.
    await page.close();
    this.page = await this.newPage();
    // The service worker died with the tab. Until it runs again, nothing that concerns it is ever answered.
    await this.go('/queue');
  }

  async go(path) {
    // Without the empty page in between, another part of the same page would load nothing.
    await this.page.goto('about:blank');
    await this.page.goto(`${this.stack.address}/app/#${path}`);
    await this.page.locator('h1').waitFor();
  }

  async signIn(level = 'village') {
    await this.stack.account(level);
    const { account } = this.stack.demo.accounts.find((account) => account.level === level);
    await this.go('/sign-in');
    await this.page.locator('#account').fill(account);
    await this.page.locator('#password').fill(PASSWORD);
    await this.page.getByRole('button', { name: '登录', exact: true }).click();
    await this.page.getByText('脱贫攻坚倒计时').waitFor();
  }

  /** Signed in, with the list and the client itself on the device. */
  async prepare() {
    await this.signIn();
    await this.go('/households');
    await this.page.getByText(/列表更新于/).waitFor();
    await this.page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
    await this.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  }

  async openForm(household) {
    await this.go(`/households/${household}/verify`);
    await this.page.locator('.steps').waitFor();
  }

  step(number) {
    return this.page.locator('.steps button').nth(number - 1).click();
  }

  /** Fills the form in, all but the last tap. */
  async fill(household, { photo, note = '' } = {}) {
    await this.openForm(household);
    await this.step(1);
    await this.page.locator('#correction-phone').fill('16000000002');
    await this.page.locator('#correction-id_number').fill('11010519491231002X');
    await this.step(2);
    await this.page.getByText('住房安全有保障', { exact: true }).click();
    await this.page.getByText('鉴定安全', { exact: true }).click();
    await this.page.getByText('A级', { exact: true }).click();
    if (note) await this.page.locator('#note').fill(note);
    await this.step(3);
    await this.takePhoto(photo);
    await this.step(4);
  }

  async takePhoto(photo) {
    await this.page.locator('input[capture]').setInputFiles(photo);
    await this.page.locator('.photo img').waitFor();
  }

  async complete(household, options) {
    await this.fill(household, options);
    await this.page.getByRole('button', { name: '核验完成' }).click();
    // The form goes once the verification is on the disk.
    await this.page.locator('.steps').waitFor({ state: 'detached' });
  }

  /** How many records a store on the device holds. */
  count(store) {
    return this.page.evaluate(async (store) => {
      const database = await new Promise((resolve, reject) => {
        const opening = indexedDB.open('anju-app');
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(opening.error);
      });
      const count = await new Promise((resolve) => {
        const counting = database.transaction(store).objectStore(store).count();
        counting.onsuccess = () => resolve(counting.result);
      });
      database.close();
      return count;
    }, store);
  }
}

/** A photo that nobody else has: a demonstration's, with other bytes behind its end. */
export async function ownPhoto(stack, name = 'portrait.jpg') {
  const picture = await readFile(join(stack.folder, 'data/demo-photos', name));
  const bytes = Buffer.concat([picture, randomBytes(16)]);
  return { name, mimeType: 'image/jpeg', buffer: bytes };
}

/** Whether one of the stack's buckets holds exactly these bytes. */
export async function isStored(stack, bytes) {
  const folder = join(stack.folder, 'data/s3');
  for (const file of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!file.isFile() || file.name.startsWith('.')) continue;
    const content = await readFile(join(file.parentPath, file.name));
    if (content.equals(bytes)) return true;
  }
  return false;
}

/** Options of a phone whose camera sees a drawing. */
export async function camera(stack, svg) {
  const [width, height] = [640, 480];
  const browser = await launch();
  const page = await browser.newPage();
  const greys = await page.evaluate(async ({ svg, width, height }) => {
    const picture = new Image();
    picture.src = `data:image/svg+xml;base64,${btoa(svg)}`;
    await picture.decode();
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width, height });
    const context = canvas.getContext('2d');
    context.fillStyle = '#999';
    context.fillRect(0, 0, width, height);
    context.translate(width / 2, height / 2);
    context.rotate(0.2); // nobody holds a phone straight
    context.drawImage(picture, -150, -150, 300, 300);
    const { data } = context.getImageData(0, 0, width, height);
    return Array.from({ length: width * height }, (_, index) => data[index * 4]);
  }, { svg, width, height });
  await browser.close();
  const frame = Buffer.concat([Buffer.from('FRAME\n'), Buffer.from(greys), Buffer.alloc(width * height / 2, 128)]);
  const film = join(stack.folder, 'camera.y4m');
  await writeFile(film, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\n`), frame, frame]));
  const args = ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${film}`];
  return { args: [...BROWSER_OPTIONS.args, ...args], permissions: ['geolocation', 'camera'] };
}
