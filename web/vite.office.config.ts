import { defineConfig } from 'vite';
import { entry } from './vite.entry';

export default defineConfig(entry('office', '/office/', { build: { target: ['chrome107', 'firefox104', 'safari16'] } }));
