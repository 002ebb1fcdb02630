// Builds the entries into dist, unless nothing that they are made of has changed: `node build.mjs [entry…]`.

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const DIST = join(HERE, 'dist');
/** Name of the entry, and of its folder below src, to where it is served. */
const ENTRIES = { phone: 'app', office: 'office' };
const PACKED = /\.(html|js|css|svg|webmanifest)$/;

async function filesOf(folder) {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort();
}

/** One digest of all that the entry is built from. */
async function digestOf(entry) {
  const sources = [...(await filesOf(join(HERE, 'src/shared'))), ...(await filesOf(join(HERE, 'src', entry)))];
  const settings = ['package-lock.json', 'build.mjs', 'vite.entry.ts', `vite.${entry}.config.ts`].map((name) => join(HERE, name));
  const digest = createHash('sha256').update(process.env.NO_LEGACY ?? '');
  for (const file of [...sources, ...settings].filter((file) => !file.endsWith('.test.ts'))) {
    digest.update(relative(HERE, file)).update(await readFile(file));
  }
  return digest.digest('hex');
}

/** The service worker keeps these files on the device; a new list is a new version of the client. */
async function writeServiceWorker(folder) {
  const worker = join(folder, 'sw.js');
  if (!existsSync(worker)) return;
  const names = (await filesOf(folder)).map((file) => relative(folder, file)).filter((name) => name !== 'sw.js');
  const old = names.filter((name) => name.includes('-legacy'));
  const current = names.filter((name) => !name.includes('-legacy'));
  const digest = createHash('sha256');
  for (const name of names) digest.update(name).update(await readFile(join(folder, name)));
  const lists = { version: digest.digest('hex').slice(0, 12), current, old };
  const text = await readFile(worker, 'utf8');
  await writeFile(worker, text.replace('/* FILES */ null', JSON.stringify(lists)));
}

async function pack(folder) {
  for (const file of (await filesOf(folder)).filter((file) => PACKED.test(file))) {
    await writeFile(`${file}.gz`, gzipSync(await readFile(file), { level: 9 }));
  }
}

async function buildEntry(entry, name) {
  const digest = await digestOf(entry);
  const note = join(DIST, `${name}.digest`);
  if (existsSync(join(DIST, name)) && (await readFile(note, 'utf8').catch(() => '')) === digest) return;
  await rm(note, { force: true });
  // Built aside, so that a running stack never serves half a client.
  const aside = join(DIST, `${name}.new`);
  await build({ configFile: join(HERE, `vite.${entry}.config.ts`), logLevel: 'warn', build: { outDir: aside } });
  await writeServiceWorker(aside);
  await pack(aside);
  await rm(join(DIST, name), { recursive: true, force: true });
  await rename(aside, join(DIST, name));
  await writeFile(note, digest);
  process.stdout.write(`web/dist/${name} is built\n`);
}

await mkdir(DIST, { recursive: true });
const wanted = process.argv.slice(2);
for (const [entry, name] of Object.entries(ENTRIES)) {
  const exists = existsSync(join(HERE, 'src', entry, 'index.html'));
  if (exists && (wanted.length === 0 || wanted.includes(entry))) await buildEntry(entry, name);
}
