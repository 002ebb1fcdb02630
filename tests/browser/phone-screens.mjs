// Every screen of the phone assistant, in a state that shows what it has: for pictures, and for what must hold on each.

import { ownPhoto } from './phone.mjs';

/** Fills the stack with what the screens show. */
export async function prepareStack(stack) {
  await stack.complete(11, { result: 'unsecured', explanation: '屋顶漏水，墙体开裂' });
  const { household } = await stack.complete(12, { result: 'secured', guarantee: 'appraised', grade: 'a', note: '二层砖混' });
  const township = await stack.account('township');
  const village = await stack.account('village');
  await stack.call('POST', `/v1/households/${household}/feedback`, { token: village, body: { type: 'house_quality', content: '山墙裂了一条缝' } });
  const survey = { surveyor: '赵五', surveyed_at: '2020-06-10', public: true, opinion: '同意核验结果', finding: '房屋安全，已入住' };
  await stack.call('POST', `/v1/households/${household}/surveys`, { token: township, body: survey });
  const returned = stack.household(13);
  await stack.complete(13, { result: 'unsecured', explanation: '待改造' });
  await stack.call('POST', `/v1/households/${returned}/verification/return`, {
    token: township, body: { reason: '照片不清楚，请重新拍摄' }, headers: { 'if-match': '*' },
  });
  return { household, returned };
}

/** Calls `visit(name)` on every screen of an officer's phone. */
export async function visitOfficer(phone, { household, returned }, visit) {
  const { page, stack } = phone;
  const village = await stack.account('village');
  for (const [name, path] of [['install', '/install'], ['sign-in', '/sign-in']]) {
    await phone.go(path);
    await visit(name);
  }
  await page.locator('#account').fill(stack.demo.accounts.filter(({ level }) => level === 'village')[2].account);
  await page.locator('#password').fill('a123456');
  await page.getByRole('button', { name: '登录', exact: true }).click();
  await page.locator('#again').waitFor(); // the sign-in has a password, too
  await page.locator('#password').fill('Anju');
  await page.getByRole('button', { name: '完成', exact: true }).click();
  await visit('first-sign-in');
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.locator('#account').waitFor();
  await phone.prepare();
  const feedback = await stack.call('GET', '/v1/feedback', { token: village });
  const surveys = await stack.call('GET', '/v1/surveys', { token: village });
  const screens = {
    home: '/', households: '/households', household: `/households/${household}`, returned: `/households/${returned}`,
    report: `/households/${household}/report`, reports: '/reports', 'report-detail': `/reports/${feedback.items[0].id}`,
    surveys: '/surveys', 'survey-detail': `/surveys/${surveys.items[0].id}`, query: '/query', alerts: '/alerts',
    statistics: '/statistics/530627100200', scan: '/scan', help: '/help', me: '/me', 'queue-empty': '/queue',
  };
  screens.statistics = `/statistics/${stack.household(1).split('-')[0]}`;
  for (const [name, path] of Object.entries(screens)) {
    await phone.go(path);
    await page.waitForLoadState('networkidle');
    await visit(name);
  }
  await visitForm(phone, visit);
}

async function visitForm(phone, visit) {
  const { page, stack } = phone;
  const fresh = stack.household(14);
  await phone.openForm(fresh);
  await visit('verify-1-household');
  await page.locator('#correction-id_number').click();
  await visit('verify-1-keypad');
  await phone.step(2);
  await page.getByText('住房安全有保障', { exact: true }).click();
  await page.getByText('改造安全', { exact: true }).click();
  await page.getByText('农村危房改造', { exact: true }).click();
  await visit('verify-2-result');
  await phone.step(3);
  await visit('verify-3-empty');
  await phone.step(4);
  await page.getByRole('button', { name: '核验完成' }).click();
  await page.getByRole('alert').first().waitFor();
  await visit('verify-4-errors');
  await phone.step(2);
  await page.getByText('拆除重建', { exact: true }).click();
  await phone.step(3);
  await phone.takePhoto(await ownPhoto(stack));
  await visit('verify-3-photo');
  await phone.step(4);
  await visit('verify-4-check');
  await phone.context.setOffline(true);
  await phone.complete(fresh, { photo: await ownPhoto(stack, 'portrait.jpg') });
  await visit('household-queued');
  await phone.go('/queue');
  await visit('queue-offline');
  await stack.complete(14, { result: 'unsecured', explanation: '电脑上填写的' });
  await phone.context.setOffline(false);
  await phone.go('/queue');
  await page.getByRole('link', { name: '查看两份内容' }).waitFor();
  await visit('queue-conflict');
  await page.getByRole('link', { name: '查看两份内容' }).click();
  await page.getByText('电脑上填写的').waitFor();
  await visit('conflict');
  await phone.go('/me');
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.getByRole('dialog').waitFor();
  await visit('sign-out');
}

/** The screens that a township's official has besides. */
export async function visitOfficial(phone, { household }, visit) {
  const { page, stack } = phone;
  await phone.signIn('township');
  const token = await stack.account('township');
  const feedback = await stack.call('GET', '/v1/feedback?status=open', { token });
  const screens = {
    'official-home': '/', 'official-household': `/households/${household}`, 'official-survey': `/households/${household}/survey`,
    'official-surveys': '/surveys', 'official-reports': '/reports', 'official-report': `/reports/${feedback.items[0].id}`,
    'official-alerts': '/alerts', 'official-statistics': `/statistics/${household.slice(0, 9)}`,
  };
  for (const [name, path] of Object.entries(screens)) {
    await phone.go(path);
    await page.waitForLoadState('networkidle');
    await visit(name);
  }
  await phone.go('/query');
  await page.getByRole('button', { name: '查询' }).click();
  await page.locator('.rows a').first().waitFor();
  await visit('official-query');
  await phone.go(`/households/${household}/survey`);
  await page.locator('#finding').fill('房屋安全，已入住');
  await phone.takePhoto(await ownPhoto(stack));
  await visit('official-survey-draft');
  await phone.go('/surveys');
  await page.locator('.rows a').filter({ hasText: '草稿' }).waitFor();
  await visit('official-surveys-draft');
  await page.clock.setFixedTime('2020-06-03T16:15:14+08:00'); // as in the ministry's deck
  await phone.go('/');
  await visit('official-home-2020');
}
