import { createRouter, createWebHashHistory, type RouteLocationNormalized } from 'vue-router';
import { account, isOperator, isVillage, mayHandle } from './session';
import { mayLeave } from './unsaved';

/** Screens: one file each, loaded when it is opened first. */
export const router = createRouter({
  history: createWebHashHistory(),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', name: 'home', component: () => import('./screens/Home.vue') },
    { path: '/overview', name: 'overview', meta: { open: true }, component: () => import('./screens/Overview.vue') },
    { path: '/sign-in', name: 'sign-in', meta: { open: true }, component: () => import('./screens/SignIn.vue') },
    { path: '/first-sign-in', name: 'first-sign-in', component: () => import('./screens/FirstSignIn.vue') },
    { path: '/profile', name: 'profile', component: () => import('./screens/Profile.vue') },
    { path: '/statistics/:code?', name: 'statistics', component: () => import('./screens/Statistics.vue') },
    { path: '/households', name: 'households', component: () => import('./screens/Households.vue') },
    { path: '/households/:id', name: 'household', component: () => import('./screens/Household.vue') },
    { path: '/households/:id/verification', name: 'verification', meta: { for: 'village' }, component: () => import('./screens/Verification.vue') },
    { path: '/households/:id/report', name: 'report', meta: { for: 'village' }, component: () => import('./screens/ReportProblem.vue') },
    { path: '/households/:id/survey', name: 'new-survey', meta: { for: 'officials' }, component: () => import('./screens/SurveyForm.vue') },
    { path: '/feedback', name: 'feedback', component: () => import('./screens/FeedbackDesk.vue') },
    { path: '/feedback/:id', name: 'feedback-report', component: () => import('./screens/FeedbackReport.vue') },
    { path: '/surveys', name: 'surveys', component: () => import('./screens/Surveys.vue') },
    { path: '/surveys/:id', name: 'survey', component: () => import('./screens/Survey.vue') },
    { path: '/surveys/:id/edit', name: 'edit-survey', meta: { for: 'officials' }, component: () => import('./screens/SurveyForm.vue') },
    { path: '/alerts', name: 'alerts', component: () => import('./screens/Alerts.vue') },
    { path: '/accounts', name: 'accounts', meta: { for: 'officials' }, component: () => import('./screens/Accounts.vue') },
    { path: '/imports', name: 'imports', meta: { for: 'operators' }, component: () => import('./screens/Imports.vue') },
    { path: '/exports', name: 'exports', component: () => import('./screens/Exports.vue') },
    { path: '/qr-sheets', name: 'qr-sheets', component: () => import('./screens/QrSheets.vue') },
    { path: '/help', name: 'help', component: () => import('./screens/Help.vue') },
    { path: '/:unknown(.*)*', name: 'unknown', component: () => import('./screens/NotFound.vue') },
  ],
});

/** Who has nothing to do on a screen is led home; what anybody may see or do is the API's to decide. */
const MAY_OPEN: Record<NonNullable<RouteLocationNormalized['meta']['for']>, () => boolean> = {
  village: () => isVillage.value,
  officials: () => mayHandle.value,
  operators: () => isOperator.value,
};

router.beforeEach((to, from) => {
  if (!mayLeave(to, from)) {
    return false;
  }
  if (!account.value) {
    return to.meta.open ? true : { name: 'sign-in', query: to.path === '/' ? {} : { to: to.fullPath } };
  }
  if (!account.value.profile_complete && to.name !== 'first-sign-in' && to.name !== 'overview') {
    return { name: 'first-sign-in' };
  }
  if (to.name === 'sign-in' || (to.name === 'first-sign-in' && account.value.profile_complete)) {
    return { name: 'home' };
  }
  return to.meta.for === undefined || MAY_OPEN[to.meta.for]() ? true : { name: 'home' };
});

declare module 'vue-router' {
  interface RouteMeta {
    /** Whoever isn't signed in may see it, too. */
    open?: boolean;
    /** Whose screen it is; everybody's where it isn't given. */
    for?: 'village' | 'officials' | 'operators';
  }
}
