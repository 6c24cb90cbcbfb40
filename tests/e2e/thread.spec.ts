// One report, one order: a dispatcher's page, a monitor's and a phone, all in step without a reload.
import { placeOf } from './support/city';
import { clickMap } from './support/map';
import { muster } from './support/muster';
import { boardTeam, queueRow, orderRow, positionOf, metresBetween } from './support/desk';
import { expect, locationOf, test } from './support/test';

const team = '消防五站';

test('a report becomes an order, and everybody sees each answer', async ({ seat }) => {
  const start = placeOf('第二中学');
  const desk = await seat('dispatcher', { language: 'zh' });
  const monitor = await seat('monitor', { language: 'en' });
  const phone = await seat('field', { language: 'zh', name: 'fire-5', at: start });
  const said = `三楼冒烟，有人被困（${String(Date.now())}）`;

  await test.step('the dispatcher reports by keyboard alone', async () => {
    const { page, t } = desk;
    await page.keyboard.press('n');
    await expect(page.getByRole('form', { name: t('console.report.title') })).toBeVisible();
    await page.keyboard.press('1');
    await page.keyboard.type('海洋大');
    await expect(page.getByRole('option', { name: '海洋大学' })).toBeVisible();
    await page.keyboard.press('Enter');
    await page.keyboard.type(said);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('heading', { name: '海洋大学 火灾' })).toBeVisible();
  });

  await test.step('the monitor has it in the queue and opens it', async () => {
    const row = queueRow(monitor, said);
    await expect(row).toContainText(monitor.t('incident.status.reported'));
    await row.click();
    await expect(monitor.page.getByRole('heading', { name: '海洋大学 Fire' })).toBeVisible();
  });

  await test.step('the dispatcher orders the team that is recommended', async () => {
    await desk.page.getByLabel(desk.t('console.suggest.text')).fill('从北门进，先救人');
    await desk.page
      .getByRole('button', { name: `${desk.t('console.suggest.order_word')} ${team}` })
      .click();
  });

  await test.step('the order fills the phone', async () => {
    const { page, t } = phone;
    const order = page.getByRole('article', { name: t('field.order') });
    await expect(order).toContainText('海洋大学');
    await expect(order).toContainText('从北门进，先救人');
    await expect(order).toContainText(said);
    const box = await order.boundingBox();
    expect(box?.width).toBe(390);
    expect(box?.height).toBeGreaterThan(844 * 0.7);
  });

  const everybodySees = async (
    status: Parameters<typeof desk.t>[0],
    teamStatus: Parameters<typeof desk.t>[0],
  ) => {
    for (const watcher of [desk, monitor]) {
      await expect(orderRow(watcher, team)).toContainText(watcher.t(status));
      await expect(boardTeam(watcher, team)).toContainText(watcher.t(teamStatus));
    }
  };
  // It has an order and has not said whether it goes: the board shows the order's status.
  await everybodySees('order.status.delivered', 'order.status.delivered');

  const answers = [
    ['command.order.acknowledge', 'order.status.acknowledged', 'order.status.acknowledged'],
    ['command.order.accept', 'order.status.accepted', 'team.status.assigned'],
    ['command.order.en_route', 'order.status.en_route', 'team.status.en_route'],
    ['command.order.on_scene', 'order.status.on_scene', 'team.status.on_scene'],
    ['command.order.complete', 'order.status.complete', 'team.status.available'],
  ] as const;
  for (const [answer, status, teamStatus] of answers) {
    await test.step(`the phone answers ${answer}`, async () => {
      await phone.page.getByRole('button', { name: phone.t(answer), exact: true }).tap();
      await everybodySees(status, teamStatus);
    });
  }

  await test.step('nothing is left to do on the phone', async () => {
    await expect(
      phone.page.getByRole('heading', { name: phone.t('field.no_order') }),
    ).toBeVisible();
  });
});

test('the phone moves its team', async ({ seat }) => {
  const from = placeOf('海滨轻轨站');
  const to = placeOf('滨海隧道');
  const desk = await seat('dispatcher', { language: 'en' });
  const phone = await seat('field', { language: 'en', name: 'fire-5', at: from });
  const note = phone.page.getByRole('status', { name: phone.t('field.location') });
  await expect(note).toContainText('±12 m');
  const near = async (place: typeof from) => metresBetween(await positionOf(team), place) < 1;
  await expect.poll(() => near(from)).toBe(true);
  await expect(boardTeam(desk, team)).not.toContainText(desk.t('console.board.last_seen'));

  await phone.context.setGeolocation(locationOf(to, 30));
  await expect(note).toContainText('±30 m');
  await expect.poll(() => near(to)).toBe(true);
});

test('a report by a click on the map', async ({ seat }) => {
  const desk = await seat('dispatcher', { language: 'en' });
  const monitor = await seat('monitor', { language: 'zh' });
  const { page, t } = desk;
  const said = `Smell of gas (${String(Date.now())})`;
  const at = placeOf('海滨栈桥'); // No patrol passes there, whose mark would take the click.
  await clickMap(page, t, at);
  const form = page.getByRole('form', { name: t('console.report.title') });
  await expect(form.getByLabel(t('console.report.place'), { exact: true })).toHaveValue(
    'Seafront Jetty',
  );
  await form.getByRole('radio', { name: t('incident.type.hazmat') }).click();
  await form.getByLabel(t('console.report.text'), { exact: true }).fill(said);
  await form.getByRole('button', { name: t('incident.grade.major') }).click();
  await form.getByRole('button', { name: new RegExp(`^${t('console.report.send')}`) }).click();
  await expect(
    page.getByRole('heading', { name: 'Seafront Jetty Hazardous material' }),
  ).toBeVisible();
  const row = queueRow(monitor, said);
  await expect(row.getByRole('img', { name: monitor.t('incident.grade.major') })).toBeVisible();

  const [reported] = (
    await muster<{ text: string; at: typeof at }>('monitor', 'incident', 'list')
  ).filter(({ text }) => text === said);
  expect(metresBetween(reported?.at, at)).toBeLessThan(150);
});

test('the language is switched in place', async ({ seat }) => {
  const { page, t } = await seat('monitor', { language: 'zh' });
  await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
  await expect(page.getByRole('heading', { name: t('console.queue.title') })).toBeVisible();
  await page.getByRole('button', { name: 'English' }).click();
  await expect(page.getByRole('heading', { name: 'Incidents' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(page).toHaveTitle('Muster 集结');
  await page.getByRole('button', { name: '中文' }).click();
  await expect(page.getByRole('heading', { name: t('console.queue.title') })).toBeVisible();
  expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true);
});
