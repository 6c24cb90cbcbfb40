// A camera's picture in the page: the right one, fresh, and a word where there is none.
import { cameraNames, cameraNumber, placeOf } from './support/city';
import { clickMark } from './support/map';
import { muster } from './support/muster';
import { expectFresh, videoOf } from './support/video';
import { type Seat, expect, test } from './support/test';

async function openFromWall({ page, t }: Seat, name: string): Promise<void> {
  await page.getByRole('link', { name: t('console.wall.title') }).click();
  await page
    .getByRole('complementary', { name: t('console.wall.cameras') })
    .getByRole('button', { name })
    .click();
  await expect(page.getByRole('heading', { name })).toBeVisible();
}

test('from the list: cold, another one, and warm for a second viewer', async ({ seat }) => {
  const [first = '', second = ''] = cameraNames;
  const monitor = await seat('monitor', { language: 'zh' });
  await openFromWall(monitor, first);
  await expectFresh(videoOf(monitor, first), cameraNumber(first));
  const tile = monitor.page.getByRole('figure', { name: first });
  await expect(tile.getByRole('status')).toHaveText(monitor.t('tile.playing'));

  const commander = await seat('commander', { language: 'en' });
  await openFromWall(commander, first);
  await expectFresh(videoOf(commander, first), cameraNumber(first));

  await monitor.page
    .getByRole('combobox', { name: monitor.t('console.camera.other') })
    .selectOption(second);
  await expectFresh(videoOf(monitor, second), cameraNumber(second));
  await expectFresh(videoOf(commander, first), cameraNumber(first));
});

test('from the map', async ({ seat }) => {
  const name = '海滨-05 滨海隧道';
  const desk = await seat('dispatcher', { language: 'en' });
  await clickMark(desk.page, desk.t, placeOf('滨海隧道'));
  await expect(desk.page.getByRole('heading', { name })).toBeVisible();
  await expectFresh(videoOf(desk, name), cameraNumber(name));
  await desk.page.keyboard.press('Escape');
  await expect(desk.page.getByRole('heading', { name })).toBeHidden();
});

test('nine at once, each under its own name', async ({ seat }) => {
  const monitor = await seat('monitor', { language: 'en', path: '/wall?tiles=9' });
  for (const name of cameraNames) {
    await expectFresh(videoOf(monitor, name), cameraNumber(name));
  }
});

test('a camera that does not answer says why', async ({ seat }) => {
  const name = `停用-${String(Date.now() % 100_000)}`;
  await muster(
    'admin',
    'camera',
    'add',
    '--name',
    name,
    '--url',
    'rtsp://127.0.0.1:9/none',
    '--at',
    '30.02,123.90',
  );
  const monitor = await seat('monitor', { language: 'en' });
  await openFromWall(monitor, name);
  const tile = monitor.page.getByRole('figure', { name });
  await expect(tile.getByRole('status')).toHaveText(monitor.t('stream.state.failed'));
  await expect(tile).toContainText('127.0.0.1 is there, but nothing listens on port 9.');
  await muster('admin', 'camera', 'remove', name);
  await expect(
    monitor.page.getByRole('heading', { name: monitor.t('console.camera.unknown') }),
  ).toBeVisible();
});
