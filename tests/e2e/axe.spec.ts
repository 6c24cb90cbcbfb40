// Nothing serious for those who work by keyboard or screen reader, in both languages and themes.
import { cameraNames, cameraNumber, placeOf, userOf } from './support/city';
import { pane, queueRow } from './support/desk';
import { expectAccessible } from './support/looks';
import { phoneTeam, place, test } from './support/scene';
import { expect, logIn } from './support/test';
import { expectFresh, videoOf } from './support/video';

for (const { team, ...look } of [
  { language: 'zh', theme: 'dark', team: '消防三站' },
  { language: 'en', theme: 'light', team: '特勤消防站' },
] as const) {
  test(`every page in ${look.language}, ${look.theme}`, async ({ door, seat, makeScene }) => {
    const said = `两车追尾（${String(Date.now())}）`;
    await makeScene(said, team);
    const [camera = ''] = cameraNames;

    const desk = await door({ ...look, phone: false, path: '/' });
    const { page, t } = desk;
    await expect(page.getByLabel(t('login.name'), { exact: true })).toBeVisible();
    await expectAccessible(page, 'log-in');
    await logIn(desk, userOf('dispatcher'));

    await queueRow(desk, said).click();
    await expect(page.getByRole('heading', { name: place })).toBeVisible();
    await expect(pane(desk, 'console.suggest.title').getByRole('listitem')).not.toHaveCount(0);
    await expectAccessible(page, 'watch with an incident');

    await page.keyboard.press('n');
    await page.getByRole('radio', { name: t('incident.type.flood') }).click();
    await page.getByLabel(t('console.report.place'), { exact: true }).fill('码头');
    await expect(page.getByRole('option')).not.toHaveCount(0);
    await expectAccessible(page, 'report form');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: t('console.wall.title') }).click();
    await expectFresh(videoOf(desk, camera), cameraNumber(camera));
    await expectAccessible(page, 'wall');

    await page.getByRole('button', { name: t('console.cameras.large', { name: camera }) }).click();
    await expectFresh(videoOf(desk, camera), cameraNumber(camera));
    await expectAccessible(page, 'camera');

    const phone = await seat('field', { ...look, name: phoneTeam.user, at: placeOf('海洋大学') });
    await expect(
      phone.page.getByRole('button', { name: phone.t('command.order.acknowledge') }),
    ).toBeVisible();
    await expectAccessible(phone.page, 'field page with an order');
  });
}
