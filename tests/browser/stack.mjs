// The local stack with its demonstration, as a browser's tests need it, and what officers do in it.

import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const ROOT = new URL('../..', import.meta.url).pathname;
const PASSWORD = 'Browser-2020-page';
/** The standard's sample of an ID number, and a phone of a range that nobody has. */
export const IDENTITY = { id_number: '11010519491231002X', phone: '16000000002' };

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** What `ask` gives, as soon as it gives something. */
export async function until(ask, what, { seconds = 60, every = 100 } = {}) {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await ask();
    if (found) return found;
    if (Date.now() > deadline) throw new Error(`${what}: not within ${seconds} s`);
    await pause(every);
  }
}

export class Stack {
  /** Starts a stack in a folder of its own; ready when it answers. */
  static async start() {
    const stack = new Stack();
    stack.folder = await mkdtemp(join(tmpdir(), 'anju-browser-'));
    stack.address = `http://127.0.0.1:${await freePort()}`;
    const env = { ...process.env, PORT: new URL(stack.address).port, DATA_DIR: join(stack.folder, 'data') };
    stack.process = spawn(join(ROOT, 'target/debug/anju-local'), ['run', '--demo'], { cwd: ROOT, env });
    stack.log = '';
    for (const output of [stack.process.stdout, stack.process.stderr]) output.on('data', (text) => (stack.log += text));
    stack.ended = new Promise((resolve) => stack.process.on('exit', resolve));
    try {
      await until(() => stack.isReady(), 'the local stack', { seconds: 120 });
    } catch (error) {
      await stack.stop();
      throw new Error(`${error.message}\n${stack.log}`);
    }
    stack.demo = JSON.parse(await readFile(join(stack.folder, 'data/demo.json'), 'utf8'));
    stack.tokens = {};
    return stack;
  }

  async isReady() {
    if (this.process.exitCode !== null) throw new Error('the local stack ended');
    return fetch(`${this.address}/healthz`).then((answer) => answer.ok, () => false);
  }

  async stop() {
    this.process.kill('SIGTERM');
    await this.ended;
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The answer to a call; anything but success is an error. */
  async call(method, path, { body, token, headers } = {}) {
    const answer = await fetch(this.address + path, {
      method,
      headers: {
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        'idempotency-key': randomUUID(),
        ...headers,
      },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text && JSON.parse(text);
  }

  /** The token of the level's first account, whose first sign-in is done on the way. */
  async account(level) {
    if (!this.tokens[level]) {
      const { account, password } = this.demo.accounts.find((account) => account.level === level);
      const { access_token: token } = await this.call('POST', '/v1/sessions', { body: { account, password } });
      const profile = { name: '王小明', position: '村支书', phone: '16000000001' };
      await this.call('PUT', '/v1/me', { body: profile, token });
      await this.call('PUT', '/v1/me/password', { body: { old_password: password, new_password: PASSWORD }, token });
      this.tokens[level] = token;
    }
    return this.tokens[level];
  }

  household(number) {
    return `${this.demo.accounts.find((account) => account.level === 'village').account}-${number}`;
  }

  async uploaded(household) {
    const token = await this.account('village');
    const content = await readFile(join(this.folder, 'data/demo-photos/portrait.jpg'));
    const body = {
      purpose: 'verification', source: 'camera', content_type: 'image/jpeg', size: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
    };
    const { photo_id: photo, upload } = await this.call('POST', `/v1/households/${household}/photos`, { body, token });
    const answer = await fetch(upload.url, { method: upload.method, headers: upload.headers, body: content });
    if (!answer.ok) throw new Error(`upload of ${photo}: ${answer.status} ${await answer.text()}`);
    return photo;
  }

  /** A verification's form, without photos. */
  form(finding) {
    const verifier = { name: '王小明', position: '村支书', phone: '16000000001' };
    return { verifier, verified_at: '2020-06-03', correction: IDENTITY, ...finding };
  }

  /** Completes a household and gives the path of its page, once that says so. */
  async complete(number, finding) {
    const household = this.household(number);
    const token = await this.account('village');
    const body = this.form(finding);
    if (finding.guarantee === 'appraised' || finding.guarantee === 'renovated') {
      body.photo_ids = [await this.uploaded(household)];
    }
    const path = `/v1/households/${household}/verification/complete`;
    const record = await this.call('POST', path, { body, token, headers: { 'if-match': '*' } });
    const page = new URL(record.lookup.url).pathname;
    const word = finding.result === 'secured' ? '住房安全有保障' : '住房安全未保障';
    await this.says(page, word);
    return { household, page, token: record.lookup.token };
  }

  /** A report's handling, as its township enters it. */
  async handle(household, opinion) {
    const token = await this.account('township');
    const { items } = await this.call('GET', '/v1/feedback?status=open', { token });
    const report = items.find((item) => item.household_id === household);
    await this.call('POST', `/v1/feedback/${report.id}/handle`, { body: { opinion }, token });
  }

  /** Waits until the page says this; asks every so many milliseconds. */
  async says(page, text, every = 100) {
    const ask = () => fetch(this.address + page).then((answer) => answer.text());
    await until(async () => (await ask()).includes(text), `${text} on the page`, { every });
  }
}
