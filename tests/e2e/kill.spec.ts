// kill -9 under three open pages: each says that it is stale, comes back by itself, and loses nothing that was answered.
import { cameraNumber, placeOf } from './support/city';
import { orderRow, pane, queueRow } from './support/desk';
import { muster, order, report } from './support/muster';
import { killAndKeepDown } from './support/processes';
import { expect, type Seat, test } from './support/test';
import { expectFresh, videoOf } from './support/video';

const team = '海滨巡逻组';
const camera = '海滨-09 河口水闸';

const liveState = ({ page, t }: Seat) => page.getByRole('status', { name: t('live.label') });
const staleSince = ({ t }: Seat) => new RegExp(t('live.stale', { clock: '\\d\\d:\\d\\d:\\d\\d' }));

async function play(it: Seat): Promise<void> {
  await it.page.getByRole('button', { name: camera, expanded: false }).click();
  await expectFresh(videoOf(it, camera), cameraNumber(camera));
}

const incidents = async () =>
  (await muster<{ number: string }>('monitor', 'incident', 'list')).map(({ number }) => number);

test('the hub is killed', async ({ seat, errors }) => {
  const said = `人群聚集，要求维持秩序（${String(Date.now())}）`;
  const desk = await seat('dispatcher', { language: 'zh' });
  const monitor = await seat('monitor', { language: 'en' });
  const phone = await seat('field', {
    language: 'en',
    name: 'patrol-4',
    at: placeOf('海滨派出所'),
  });
  const everybody = [desk, monitor, phone];
  const at = placeOf('海鲜市场');
  const id = await report({ type: 'public-order', at, place: '海鲜市场', text: said });
  for (const watcher of [desk, monitor]) {
    await queueRow(watcher, said).click();
    await play(watcher);
  }
  await order(id, team);
  await expect(orderRow(monitor, team)).toContainText(monitor.t('order.status.delivered'));
  const before = await incidents();
  const pending = phone.page.getByText(phone.t('field.pending'));
  const waiting = phone.page.getByText(phone.t('outbox.waiting', { n: 1 }));

  await errors.duringOutage(async () => {
    const bringBack = killAndKeepDown('hub');
    await test.step('everybody says since when', async () => {
      for (const it of everybody) await expect(liveState(it)).toHaveText(staleSince(it));
      for (const { page, t } of [desk, monitor]) {
        await expect(
          page.getByRole('alert').filter({ hasText: t('console.stale.what') }),
        ).toBeVisible();
      }
    });
    await test.step('the node goes on without the hub', async () => {
      for (const watcher of [desk, monitor]) {
        await expectFresh(videoOf(watcher, camera), cameraNumber(camera));
      }
    });
    await test.step('what the phone answers is kept', async () => {
      await phone.page.getByRole('button', { name: phone.t('command.order.acknowledge') }).tap();
      await expect(pending).toBeVisible();
      await expect(waiting).toBeVisible();
    });
    bringBack();
    for (const it of everybody) {
      await test.step(`${it.page.url()} is live again by itself`, () =>
        expect(liveState(it)).toContainText(it.t('live.live'), { timeout: 40_000 }));
    }
  });

  await test.step('the answer arrives, once', async () => {
    await expect(pending).toBeHidden();
    await expect(waiting).toBeHidden();
    for (const watcher of [desk, monitor]) {
      await expect(orderRow(watcher, team)).toContainText(watcher.t('order.status.acknowledged'));
      await expect(queueRow(watcher, said)).toBeVisible();
    }
    const timeline = pane(monitor, 'console.timeline.title');
    await expect(timeline.getByText(`${team} acknowledged the order.`)).toHaveCount(1);
    expect(await incidents()).toEqual(expect.arrayContaining(before));
  });
  await test.step('the video plays', async () => {
    for (const watcher of [desk, monitor]) {
      await expectFresh(videoOf(watcher, camera), cameraNumber(camera));
    }
  });

  await test.step('work goes on', async () => {
    await phone.page.getByRole('button', { name: phone.t('field.skip') }).tap();
    await phone.page.getByRole('button', { name: phone.t('command.order.complete') }).tap();
    await expect(orderRow(desk, team)).toContainText(desk.t('order.status.complete'));
  });
});

test('the media node is killed', async ({ seat, errors }) => {
  const desk = await seat('dispatcher', { language: 'zh', path: '/wall?tiles=9' });
  const monitor = await seat('monitor', { language: 'en', path: '/wall?tiles=9' });
  const tile = monitor.page.getByRole('figure', { name: camera });
  for (const watcher of [desk, monitor]) {
    await expectFresh(videoOf(watcher, camera), cameraNumber(camera));
  }
  await errors.duringOutage(async () => {
    const bringBack = killAndKeepDown('media');
    await expect(tile.getByRole('status')).toHaveText(monitor.t('stream.state.no_node'));
    for (const it of [desk, monitor]) {
      await expect(liveState(it)).toContainText(it.t('live.live'));
    }
    bringBack();
    for (const watcher of [desk, monitor]) {
      await expectFresh(videoOf(watcher, camera), cameraNumber(camera));
    }
  });
  await expect(tile.getByRole('status')).toHaveText(monitor.t('tile.playing'));
});
