import { defineConfig } from 'vite';
import { entry } from './vite.entry.ts';

export default defineConfig(entry('office', '/office/', { build: { target: ['chrome107', 'firefox104', 'safari16'] } }));
