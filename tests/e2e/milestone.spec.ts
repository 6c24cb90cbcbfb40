// What the hub does by itself, and what several say of one event, as the console shows it: a late order escalates, duplicates
// become one, agencies are counted, sources contradict one another, a log-in is ended elsewhere.
import { placeOf, userOf } from './support/city';
import { orderRow, pane, queueRow } from './support/desk';
import { muster, order, report } from './support/muster';
import { expect, test } from './support/test';

/** Never driven by the simulator: nobody answers for it. */
const silentTeam = '急救四组';

const unique = (text: string): string => `${text}（${String(Date.now())}）`;

test('a late order escalates, once, until somebody takes note', async ({ seat }) => {
  const policy = '轻微事件催办';
  const rule = `acknowledge=5,next=offer-next,escalate=${userOf('commander').name}`;
  const [type, grade] = ['medical', 'ordinary'];
  const only = ['--target', 'team', '--type', type, '--grade', grade];
  await muster('admin', 'policy', 'put', '--name', policy, ...only, '--step', rule);
  const said = unique('老人摔倒');
  const id = await report({ type, grade, at: placeOf('海滨康复医院'), text: said });
  const desk = await seat('dispatcher', { language: 'en' });
  await queueRow(desk, said).click();
  const ordered = await order(id, silentTeam);
  await muster('dispatcher', 'order', 'deliver', ordered);

  const waiting = desk.page.getByRole('list', { name: desk.t('console.overview.waiting') });
  const note = waiting.getByRole('button', { name: new RegExp(silentTeam) }).last();
  await expect(waiting).toContainText(desk.t('console.escalation.to', { who: '01席' }), {
    timeout: 60_000,
  });
  await note.click();
  await expect(waiting).not.toContainText(desk.t('console.escalation.to', { who: '01席' }));
  await muster('dispatcher', 'order', 'recall', ordered);
  await muster('admin', 'policy', 'remove', policy);
});

test('a duplicate leaves the queue and stands with the one that it belongs to', async ({
  seat,
}) => {
  const at = placeOf('第二中学');
  const [first, second] = [unique('教学楼冒烟'), unique('学校那边有烟')];
  const main = await report({ type: 'fire', at, text: first });
  const duplicate = await report({ type: 'fire', at, text: second });
  const desk = await seat('dispatcher', { language: 'zh' });
  await expect(queueRow(desk, second)).toBeVisible();
  await muster('dispatcher', 'incident', 'merge', duplicate, '--into', main);
  await expect(queueRow(desk, second)).toHaveCount(0);
  await queueRow(desk, first).click();
  const [merged] = await muster<{ number: string }>('dispatcher', 'incident', 'show', duplicate);
  await expect(
    desk.page.getByText(desk.t('console.detail.duplicates', { numbers: merged?.number ?? '' })),
  ).toBeVisible();
});

test('agencies that sign are counted, and who is behind is named', async ({ seat }) => {
  const names = ['甲', '乙', '丙'].map((it) => unique(`${it}街道办`));
  for (const name of names) await muster('admin', 'agency', 'add', '--name', name);
  const said = unique('内涝，需要封路');
  const id = await report({ type: 'flood', at: placeOf('中心广场'), text: said });
  const desk = await seat('dispatcher', { language: 'zh' });
  await queueRow(desk, said).click();
  const agencies = names.flatMap((name) => ['--agency', name]);
  const issued = await muster<{ id: string; agencyId: string }>(
    'dispatcher',
    ...['order', 'issue-agencies', '--incident', id, ...agencies, '--text', '封路'],
  );
  const parts = issued.filter(({ agencyId }) => agencyId !== '');
  expect(parts).toHaveLength(3);
  for (const part of parts) await muster('dispatcher', 'order', 'deliver', part.id);
  for (const part of parts.slice(0, 2)) await muster('dispatcher', 'order', 'sign', part.id);
  const whole = pane(desk, 'console.orders.title')
    .getByRole('listitem')
    .filter({ hasText: desk.t('console.orders.collective', { n: 3 }) });
  await expect(whole).toContainText(
    desk.t('console.orders.behind', {
      reached: 2,
      total: 3,
      status: desk.t('order.status.signed'),
    }),
  );
  await expect(orderRow(desk, names[0] ?? '').first()).toContainText(desk.t('order.status.signed'));
});

test('sources that contradict one another are shown side by side', async ({ seat }) => {
  const said = unique('两车相撞');
  const id = await report({ type: 'traffic', at: placeOf('海滨轻轨站'), text: said });
  const desk = await seat('dispatcher', { language: 'en' });
  await queueRow(desk, said).click();
  for (const [value, source] of [
    ['3', '急救中心'],
    ['5', '交警支队'],
  ] as const) {
    const what = ['--subject', 'injured', '--value', value, '--source', source];
    await muster('dispatcher', 'figure', 'add', '--incident', id, ...what);
  }
  const figures = desk.page.getByLabel(desk.t('console.figures.title'));
  await expect(figures).toContainText('3 (急救中心)');
  await expect(figures).toContainText('5 (交警支队)');
  await expect(figures).toContainText(desk.t('console.figures.contradictory'));
});

test('a log-in that is ended elsewhere ends the page', async ({ seat }) => {
  const monitor = await seat('monitor', { language: 'en' });
  const { name } = userOf('monitor');
  const sessions = await muster<{ id: string; issuedAt: string }>(
    'admin',
    ...['person', 'sessions', name],
  );
  const newest = sessions.toSorted((a, b) => a.issuedAt.localeCompare(b.issuedAt)).at(-1);
  await muster('admin', 'person', 'revoke', name, '--session', newest?.id ?? '');
  await expect(monitor.page.getByRole('button', { name: monitor.t('login.submit') })).toBeVisible({
    timeout: 2_000,
  });
});
