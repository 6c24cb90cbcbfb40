// The pages as people see them, kept in results/, and what must hold of every one.
import { cameraNumber, placeOf } from './support/city';
import { orderRow, pane, queueRow } from './support/desk';
import { keep } from './support/looks';
import { phoneTeam, place, test } from './support/scene';
import { expect } from './support/test';
import { expectFresh, videoOf } from './support/video';

const camera = '海滨-09 河口水闸';

for (const { language, team } of [
  { language: 'zh', team: '消防一站' },
  { language: 'en', team: '消防二站' },
] as const) {
  test(`in ${language}`, async ({ seat, makeScene }) => {
    const said = `两车追尾，一人被困，占用两条车道（${String(Date.now() % 1000)}）`;
    await makeScene(said, team);
    const desk = await seat('dispatcher', { language });
    const { page, t } = desk;
    const phone = await seat('field', { language, name: phoneTeam.user, at: placeOf('海洋大学') });

    await queueRow(desk, said).click();
    await expect(page.getByRole('heading', { name: place })).toBeVisible();
    await expect(orderRow(desk, team)).toContainText(t('order.status.accepted'));
    await expect(orderRow(desk, phoneTeam.name)).toContainText(t('order.status.delivered'));
    for (const title of [
      'console.queue.title',
      'console.orders.title',
      'console.timeline.title',
      'console.board.title',
    ] as const) {
      await expect(pane(desk, title).getByRole('heading').first()).toBeVisible();
    }
    await keep(page, `watch-${language}`);

    await page.getByRole('button', { name: t('console.cameras.large', { name: camera }) }).click();
    await expect(page.getByRole('heading', { name: camera })).toBeVisible();
    await expectFresh(videoOf(desk, camera), cameraNumber(camera));
    await keep(page, `camera-${language}`);

    await expect(phone.page.getByRole('heading', { name: phoneTeam.name })).toBeVisible();
    await expect(
      phone.page.getByRole('heading', { name: t('incident.type.traffic') }),
    ).toBeVisible();
    await expect(phone.page.getByRole('group', { name: t('field.distance') })).toBeVisible();
    await keep(phone.page, `field-${language}`);
  });
}
