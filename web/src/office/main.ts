import { createApp, watchEffect } from 'vue';
import { language } from '@shared/words/language';
import App from './App.vue';
import { router } from './router';
import { restoreSession } from './session';
import './styles/element';
import './styles/base.css';

watchEffect(() => {
  document.documentElement.lang = language.value;
});

// A new version was published since this page was opened: its screens have other files.
addEventListener('vite:preloadError', () => location.reload());

await restoreSession();
createApp(App).use(router).mount('#app');
