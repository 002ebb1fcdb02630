import { chooseLanguage, language } from '@shared/words/language';
import { createApp } from 'vue';
import App from './App.vue';
import { router } from './router';
import { openApp } from './state/app';
import { openList } from './state/households';
import { refreshWork, watchQueue } from './state/queue';
import { watchForUpdates } from './state/updates';
import './styles/base.css';

declare global {
  interface Window {
    /** This script can be read: see `public/old.js`. */
    anjuBegan?: boolean;
  }
}
window.anjuBegan = true;

async function start(): Promise<void> {
  chooseLanguage(language.value);
  if (window.isSecureContext) {
    await openApp();
    await Promise.all([openList(), refreshWork()]);
    watchQueue();
    // Asked for, not relied on: what the browser promises it may not keep.
    void navigator.storage?.persist?.().catch(() => undefined);
  }
  createApp(App).use(router).mount('#app');
  void watchForUpdates().catch(() => undefined); // a private window has no service worker
}

start().catch(() => {
  const app = document.getElementById('app');
  if (app) {
    app.textContent = '本机存储不可用（无痕模式或空间不足），无法打开。This browser refuses to store anything here.';
  }
});
