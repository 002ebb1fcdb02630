import { computed } from 'vue';
import { words } from '@shared/words/words';
import { isOperator, isVillage, mayHandle } from '../session';

const t = words({
  home: ['首页', 'Home'],
  overview: ['全域视图', 'Overview'],
  statistics: ['数据统计', 'Statistics'],
  households: ['卡户查询', 'Households'],
  feedback: ['反映问题', 'Reports'],
  surveys: ['调研记录', 'Surveys'],
  alerts: ['数据预警', 'Alerts'],
  accounts: ['账号管理', 'Accounts'],
  imports: ['数据导入', 'Imports'],
  exports: ['数据导出', 'Exports'],
  qrSheets: ['二维码打印', 'QR sheets'],
  help: ['使用说明', 'Help'],
  verification: ['住房核验', 'Verification'],
});

/** What the account can open, in the order of the work. */
export const menu = computed(() => [
  { name: 'home', text: t('home') },
  { name: 'overview', text: t('overview') },
  { name: 'statistics', text: t('statistics') },
  { name: 'households', text: t(isVillage.value ? 'verification' : 'households') },
  { name: 'feedback', text: t('feedback') },
  { name: 'surveys', text: t('surveys') },
  { name: 'alerts', text: t('alerts') },
  ...(mayHandle.value ? [{ name: 'accounts', text: t('accounts') }] : []),
  ...(isOperator.value ? [{ name: 'imports', text: t('imports') }] : []),
  { name: 'exports', text: t('exports') },
  { name: 'qr-sheets', text: t('qrSheets') },
  { name: 'help', text: t('help') },
]);
