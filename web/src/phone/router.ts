import { createRouter, createWebHashHistory } from 'vue-router';
import { account } from './state/app';
import HomeScreen from './screens/HomeScreen.vue';
import HouseholdScreen from './screens/HouseholdScreen.vue';
import HouseholdsScreen from './screens/HouseholdsScreen.vue';
import QueueScreen from './screens/QueueScreen.vue';
import SignInScreen from './screens/SignInScreen.vue';
import VerifyLoader from './screens/VerifyLoader.vue';

declare module 'vue-router' {
  interface RouteMeta {
    /** Can be seen by who isn't signed in. */
    open?: boolean;
  }
}

export const router = createRouter({
  history: createWebHashHistory('/app/'),
  scrollBehavior: (_to, _from, saved) => saved ?? { left: 0, top: 0 },
  routes: [
    { path: '/', component: HomeScreen },
    { path: '/sign-in', component: SignInScreen, meta: { open: true } },
    { path: '/first', component: () => import('./screens/FirstSignInScreen.vue') },
    { path: '/households', component: HouseholdsScreen },
    { path: '/households/:id', name: 'household', component: HouseholdScreen, props: true },
    { path: '/households/:id/verify', name: 'verify', component: VerifyLoader, props: true },
    { path: '/households/:id/report', name: 'report', component: () => import('./screens/NoteScreen.vue'), props: ({ params }) => ({ kind: 'report', id: params.id }) },
    { path: '/households/:id/survey', name: 'survey', component: () => import('./screens/NoteScreen.vue'), props: ({ params }) => ({ kind: 'survey', id: params.id }) },
    { path: '/queue', component: QueueScreen },
    { path: '/queue/:job', name: 'conflict', component: () => import('./screens/ConflictScreen.vue'), props: true },
    { path: '/reports', component: () => import('./screens/ReportsScreen.vue') },
    { path: '/reports/:id', name: 'report-detail', component: () => import('./screens/ReportDetailScreen.vue'), props: true },
    { path: '/surveys', component: () => import('./screens/SurveysScreen.vue') },
    { path: '/surveys/:id', name: 'survey-detail', component: () => import('./screens/SurveyDetailScreen.vue'), props: true },
    { path: '/query', component: () => import('./screens/QueryScreen.vue') },
    { path: '/alerts', component: () => import('./screens/AlertsScreen.vue') },
    { path: '/statistics/:code', component: () => import('./screens/StatisticsScreen.vue'), props: true },
    { path: '/scan', component: () => import('./screens/ScanScreen.vue') },
    { path: '/help', component: () => import('./screens/HelpScreen.vue'), meta: { open: true } },
    { path: '/me', component: () => import('./screens/MeScreen.vue') },
    { path: '/install', component: () => import('./screens/InstallScreen.vue'), meta: { open: true } },
    { path: '/:rest(.*)', redirect: '/' },
  ],
});

router.beforeEach((to) => {
  if (to.meta.open) {
    return true;
  }
  if (!account.value) {
    return '/sign-in';
  }
  return account.value.profile_complete || to.path === '/first' ? true : '/first';
});
