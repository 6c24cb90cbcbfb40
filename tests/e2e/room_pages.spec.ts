// The pages of a room as people see them, kept in results/, and what must hold of every one: zh and en, dark and light, desk
// and phone.
import { test } from './support/callers';
import { cameraNumber } from './support/city';
import { expectAccessible, keep } from './support/looks';
import { addCamera, expectIn, expectTogether, gather, press } from './support/room';
import { expect } from './support/test';
import { expectFresh, videoOf } from './support/video';

const camera = '海滨-05 滨海隧道';

test('the room, its lobby, and the list of rooms', async ({ caller }) => {
  const { chair, desk, phone, everybody, roomId, title } = await gather(caller);
  await addCamera(chair, camera);
  await expectTogether(everybody);
  for (const it of everybody) await expectFresh(videoOf(it, camera), cameraNumber(camera));

  await keep(chair.page, 'room-en');
  await expectAccessible(chair.page, 'room, light');
  await keep(desk.page, 'room-zh');
  await expectAccessible(desk.page, 'room, dark');
  await keep(phone.page, 'field-room-zh');
  await expectAccessible(phone.page, 'room on a phone');

  const { page, t } = desk;
  await press(desk, 'command.room.leave');
  await page.goto(`/room/${roomId}`);
  await expect(page.getByRole('button', { name: t('room.lobby.join'), exact: true })).toBeVisible();
  await expect(page.getByRole('meter', { name: t('room.device.level') })).toBeVisible();
  await keep(page, 'lobby-zh');
  await expectAccessible(page, 'lobby');
  await page.getByRole('button', { name: t('room.lobby.join'), exact: true }).click();
  await expectIn(desk);

  await press(phone, 'command.room.leave');
  await expect(phone.page.getByRole('heading', { name: t('room.open_rooms') })).toBeVisible();
  await expect(phone.page.getByText(title)).toBeVisible();
  await keep(phone.page, 'field-rooms-zh');
  await expectAccessible(phone.page, 'rooms on a phone');
});
