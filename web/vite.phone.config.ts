import legacy from '@vitejs/plugin-legacy';
import { defineConfig } from 'vite';
import { entry } from './vite.entry.ts';

// Browsers without modules (down to Chrome 53, of 2016) get files of their own; `NO_LEGACY=1` leaves them out where
// nobody has such a phone.
const oldPhones = process.env.NO_LEGACY
  ? []
  : legacy({ targets: ['chrome >= 53'], modernTargets: ['chrome >= 64', 'edge >= 79', 'firefox >= 67', 'safari >= 11.1', 'ios >= 11.3'], modernPolyfills: false });

export default defineConfig(
  entry('phone', '/app/', {
    plugins: [oldPhones],
    // Styles of their own file: those within old scripts would be put into the page, which its policy forbids.
    build: { cssTarget: 'chrome53', cssCodeSplit: false },
  }),
);
