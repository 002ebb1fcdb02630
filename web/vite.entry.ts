// What the builds of both entries have in common. Each entry is a build of its own: its own folder, its own budget.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import vue from '@vitejs/plugin-vue';
import type { Plugin, UserConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(here('package.json'), 'utf8')) as { version: string };

/** Where photos are uploaded to and shown from: S3 of both partitions. On the local stack it is the page's own origin. */
const STORAGE = 'https://*.amazonaws.com https://*.amazonaws.com.cn';

/** A development server asks a running `make run` for everything that isn't the client. */
const STACK = process.env.ANJU_ADDRESS ?? 'http://127.0.0.1:8080';

/** `entry` is the name of the folder below src, `path` where it is served. */
export function entry(name: string, path: string, more: UserConfig): UserConfig {
  return {
    ...more,
    root: here(`src/${name}`),
    base: path,
    publicDir: here(`src/${name}/public`),
    resolve: { alias: { '@shared': here('src/shared') } },
    define: { __VERSION__: JSON.stringify(version), __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false' },
    plugins: [vue(), ...(more.plugins ?? []), contentSecurityPolicy()],
    build: {
      outDir: here(`dist${path}`),
      emptyOutDir: true,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      ...more.build,
    },
    server: { proxy: { '^/(v1|q|scripts|anju-local|openapi\\.json|healthz)': STACK } },
  };
}

/**
 * Writes the policy into the page itself, so that it holds wherever the page is served from. Scripts within the page
 * (those that choose between modern and old) are admitted by their digests.
 */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        for (const file of Object.values(bundle)) {
          if (file.type === 'chunk') {
            file.code = file.code.replace(PROBE, '');
          }
          if (file.type === 'asset' && file.fileName.endsWith('.html')) {
            const page = withoutProbes(String(file.source));
            file.source = page.replace(CHARSET, `${CHARSET}\n    <meta http-equiv="Content-Security-Policy" content="${policy(page)}">`);
          }
        }
      },
    },
  };
}

const CHARSET = '<meta charset="utf-8">';

/** The same probe at the head of the entry's script. */
const PROBE = /import\s*(["'`])data:text\/javascript,.*?import\.meta\.resolve not supported.*?\)\1;?/;

/**
 * The legacy plugin probes by a script of type `data:`, which the policy forbids. It isn't needed: what the build calls
 * modern is what every browser with modules understands, and all others take what is marked `nomodule`.
 */
function withoutProbes(page: string): string {
  return page.replace(/\s*<script type="module">[\s\S]*?<\/script>/g, '');
}

function policy(page: string): string {
  const inline = [...page.matchAll(/<script\b([^>]*)>([\s\S]*?)<\/script>/g)].filter(([, attributes]) => !/\bsrc=/.test(attributes ?? ''));
  const digests = inline.map(([, , text]) => `'sha256-${createHash('sha256').update(text ?? '').digest('base64')}'`);
  return [
    "default-src 'none'",
    ["script-src 'self'", ...digests].join(' '),
    "style-src 'self'",
    "font-src 'self'",
    `img-src 'self' data: blob: ${STORAGE}`,
    `connect-src 'self' ${STORAGE}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}
