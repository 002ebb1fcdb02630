// An officer at work in the yard whose phone may end the tab at any moment, and who goes on where it stands.

import { setTimeout as pause } from 'node:timers/promises';
import { ownPhoto } from './phone.mjs';

const PHONE = '16000000002';
const ID_NUMBER = '11010519491231002X';
const NOTE = '二层砖混结构，2016年建成，墙体无裂缝，屋面无渗漏，门窗完好，现住三口人，户主介绍房屋由镇里鉴定过，鉴定报告在家中，已查看';

/** What is on a phone, as the officer can take it off: everything that waits, photos and drafts with it. */
export async function exported(phone) {
  await phone.go('/queue');
  await phone.page.locator('.notice').first().waitFor();
  const button = phone.page.getByRole('button', { name: '导出到文件' });
  if (!(await button.isVisible())) return { jobs: [], drafts: [], photos: [] };
  const download = phone.page.waitForEvent('download');
  await button.click();
  const chunks = [];
  for await (const chunk of await (await download).createReadStream()) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

/** One household's verification: what is entered in which order, and how it is seen to be on the phone. */
class Visit {
  constructor(household, photos) {
    this.household = household;
    this.photos = photos;
    const { click, formGoes } = Visit;
    this.entries = [
      { name: 'phone', step: 1, enter: ({ page }) => page.locator('#correction-phone').fill(PHONE), is: ({ form }) => form.correction.phone === PHONE },
      { name: 'ID number', step: 1, enter: ({ page }) => page.locator('#correction-id_number').fill(ID_NUMBER), is: ({ form }) => form.correction.idNumber === ID_NUMBER },
      { name: 'result', step: 2, enter: click('住房安全有保障'), is: ({ form }) => form.result === 'secured' },
      { name: 'guarantee', step: 2, enter: click('鉴定安全'), is: ({ form }) => form.guarantee === 'appraised' },
      { name: 'grade', step: 2, enter: click('A级'), is: ({ form }) => form.grade === 'a' },
      // Letter by letter, as it is typed.
      ...Array.from(NOTE, (_, index) => ({
        name: `note, ${index + 1} letters`, step: 2,
        enter: async ({ page }) => { await page.locator('#note').fill(NOTE.slice(0, index + 1)); await pause(60); },
        is: ({ form }) => form.note.startsWith(NOTE.slice(0, index + 1)),
      })),
      ...photos.map((photo, index) => ({
        name: `photo ${index + 1}`, step: 3,
        enter: ({ page }) => page.locator(index === 0 ? 'input[capture]' : 'input[type=file]:not([capture])').setInputFiles(photo),
        seen: ({ page }) => page.locator('.photo img').nth(index).waitFor(),
        is: (work, stored) => work.photos.some(({ id }) => stored.get(id)?.equals(photo.buffer)),
      })),
      { name: 'completion', step: 4, enter: ({ page }) => page.getByRole('button', { name: '核验完成' }).click(), seen: formGoes, is: (work) => work.kind === 'complete' },
    ];
  }

  static click(text) {
    return ({ page }) => page.getByText(text, { exact: true }).click();
  }

  /** The form goes once the verification is on the disk. */
  static formGoes({ page }) {
    return page.locator('.steps').waitFor({ state: 'detached' });
  }

  /** The entries that are on the phone. */
  kept({ jobs, drafts, photos }) {
    const job = jobs.find(({ household, work }) => household === this.household && work.form);
    const draft = drafts.find(({ household }) => household === this.household);
    const work = draft ? { ...draft, kind: 'draft' } : job && { form: job.work.form, photos: job.photos, kind: job.work.kind };
    if (!work) return [];
    const stored = new Map(photos.map(({ id, base64 }) => [id, Buffer.from(base64, 'base64')]));
    return this.entries.filter((entry) => entry.is(work, stored));
  }
}

/** Verifies one household after the other until the tab dies; after that, what was entered when, and what is kept. */
export class Officer {
  constructor(phone) {
    this.phone = phone;
    this.visits = [];
    this.journal = [];
    this.done = [];
    this.safe = [];
    /** How many entries were made, those made again after a loss included. */
    this.entered = 0;
  }

  /** Enters what isn't on the phone yet; notes each entry with its moment. Ends with the tab, or with the last household. */
  async work(households) {
    for (const household of households) {
      const visit = this.visits.find((visit) => visit.household === household) ?? (await this.newVisit(household));
      let step = 0;
      const left = visit.entries.filter((entry) => !this.done.includes(entry));
      if (left.length > 0) await this.phone.openForm(household);
      for (const entry of left) {
        if (entry.step !== step) await this.phone.step(entry.step);
        step = entry.step;
        await entry.enter(this.phone);
        this.entered++;
        this.journal.push({ visit, entry, at: Date.now() });
        await entry.seen?.(this.phone);
      }
    }
  }

  async newVisit(household) {
    const { stack } = this.phone;
    const visit = new Visit(household, [await ownPhoto(stack), await ownPhoto(stack), await ownPhoto(stack)]);
    this.visits.push(visit);
    return visit;
  }

  /** Works until a moment from now, when the tab is killed. Gives that moment. */
  async workUntilKilled(households, milliseconds) {
    this.journal = [];
    let isDead = false;
    const working = this.work(households).catch((failure) => {
      if (!isDead) throw failure; // whatever is being done at the end has no page any more
    });
    await Promise.race([working, pause(milliseconds)]);
    isDead = true;
    const died = Date.now();
    await this.phone.kill();
    await working;
    return died;
  }

  /** What was entered before a moment and isn't on the phone. What is there becomes where the officer goes on. */
  async lost(before) {
    const content = await exported(this.phone);
    this.done = this.visits.flatMap((visit) => visit.kept(content));
    this.safe = [...new Set([...this.safe, ...this.journal.filter(({ at }) => at < before).map(({ entry }) => entry)])];
    return this.visits.flatMap((visit) => visit.entries
      .filter((entry) => this.safe.includes(entry) && !this.done.includes(entry))
      .map((entry) => `${visit.household}: ${entry.name}`));
  }
}
