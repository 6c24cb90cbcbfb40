// Under a talk: kill -9 of the hub, of the media node, and of somebody's browser.
import { expect, killBrowser, test } from './support/callers';
import { pane } from './support/desk';
import { connectionsUp } from './support/ears';
import { chairDoes, expectIn, expectTogether, gather, tileOf } from './support/room';
import { killAndKeepDown } from './support/processes';

test('the hub is killed, then the node', async ({ caller, errors }) => {
  const { chair, desk, everybody } = await gather(caller);
  await expectTogether(everybody);

  await test.step('without the hub the talk goes on, over the same connections', async () => {
    const before = await Promise.all(everybody.map(({ page }) => connectionsUp(page)));
    await errors.duringOutage(async () => {
      const bringBack = killAndKeepDown('hub');
      for (const { page, t } of everybody) {
        await expect(page.getByText(t('room.notice.reconnecting'))).toBeVisible();
      }
      await expectTogether(everybody);
      bringBack();
      for (const { page, t } of everybody) {
        await expect(page.getByText(t('room.notice.reconnecting'))).toBeHidden({ timeout: 40_000 });
      }
    });
    await expectTogether(everybody);
    const after = await Promise.all(everybody.map(({ page }) => connectionsUp(page)));
    expect(after).toEqual(before);
  });

  await test.step('the chair is still the chair', async () => {
    await chairDoes(chair, desk, 'room.mute');
    await expect(tileOf(chair, desk)).toContainText(chair.t('room.muted'));
    await chairDoes(chair, desk, 'room.unmute');
    await expectTogether(everybody);
  });

  await test.step('after the node, all are back without a click', async () => {
    await errors.duringOutage(async () => {
      const bringBack = killAndKeepDown('media');
      for (const { page, t } of everybody) {
        await expect(page.getByText(t('room.notice.not_sending'))).toBeVisible();
      }
      bringBack();
      await expectTogether(everybody);
    });
    for (const it of everybody) {
      await expectIn(it);
      await expect(it.page.getByText(it.t('room.notice.not_sending'))).toBeHidden();
    }
  });
});

test('who vanishes is shown as gone, and has left after a while', async ({ caller }) => {
  const { chair, desk, phone } = await gather(caller);
  await expectTogether([chair, desk, phone]);
  await killBrowser(phone);
  for (const it of [chair, desk]) {
    const gone = new RegExp(it.t('room.gone_since', { clock: '\\d\\d:\\d\\d:\\d\\d' }));
    await expect(tileOf(it, phone)).toContainText(gone);
  }
  for (const it of [chair, desk]) await expect(tileOf(it, phone)).toBeHidden({ timeout: 40_000 });
  const before = pane(chair, 'room.before').getByRole('listitem').filter({ hasText: phone.post });
  await expect(before).toContainText(chair.t('room.lost'));
  const [lost = ''] = chair.t('room.line.lost', { name: phone.post, silent_s: '|' }).split('|');
  await expect(
    pane(chair, 'console.timeline.title').getByRole('listitem').filter({ hasText: lost }),
  ).toBeVisible();
  await expectTogether([chair, desk]);
});
