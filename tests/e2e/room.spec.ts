// Three people talk: each at a browser of its own, over HTTPS, with a tone and a colour by which the others know it.
import { expect, test } from './support/callers';
import { cameraNumber } from './support/city';
import { expectHears, expectHearsSimulated, expectNeverHeard } from './support/ears';
import { addCamera, expectIn, expectTogether, gather, joinButton, press } from './support/room';
import { roomsAs } from './support/rooms_hub';
import { expectFresh, videoOf } from './support/video';

const camera = '港区-07 东门';
const dutyRoom = '值班会商室 Duty room';
const simulated = ['模拟与会者 01 simulated 01', '模拟与会者 02 simulated 02'];

test('they hear and see each other, and a camera beside them', async ({ caller }) => {
  const { chair, desk, phone, everybody, roomId, title } = await gather(caller);

  await test.step('everybody the two others, and never itself', async () => {
    await expectTogether(everybody);
    for (const { page, who } of everybody) await expectNeverHeard(page, who);
  });

  await test.step('a camera of the city is seen by all', async () => {
    await addCamera(desk, camera);
    for (const it of everybody) await expectFresh(videoOf(it, camera), cameraNumber(camera));
  });

  await test.step('who mutes itself is silent for the others, and heard again', async () => {
    await press(desk, 'room.bar.mute');
    await expectHears(chair.page, 'field');
    await expectHears(phone.page, 'commander');
    await press(desk, 'room.bar.unmute');
    await expectTogether(everybody);
  });

  await test.step('a reload leads back into the room, without a click', async () => {
    for (const it of [desk, phone]) {
      await it.page.reload();
      await expectIn(it);
    }
    await expectTogether(everybody);
    for (const it of everybody) await expectFresh(videoOf(it, camera), cameraNumber(camera));
  });

  await test.step('the same stay, before and after', async () => {
    const { participants } = await roomsAs('monitor').listParticipants({ roomId });
    const names = participants.map(({ name }) => name);
    expect(names).toEqual([chair.post, desk.post, phone.post, camera]);
  });

  await test.step('who leaves is gone for the others, and can come back', async () => {
    await press(phone, 'command.room.leave');
    await expectTogether([chair, desk]);
    await expect(videoOf(chair, phone.post)).toBeHidden();
    await joinButton(phone, title).click();
    await expectTogether(everybody);
  });
});

test('a newcomer without a camera meets the two of the duty room', async ({ caller }) => {
  const newcomer = await caller('dispatcher', { permissions: ['microphone'] });
  const { page, t } = newcomer;
  await joinButton(newcomer, dutyRoom).click();
  await page.getByRole('button', { name: t('room.lobby.join_with_devices') }).click();
  await expectIn(newcomer);

  await test.step('both are seen and heard', async () => {
    for (const [i, name] of simulated.entries()) {
      await expectFresh(videoOf(newcomer, name), i + 1);
    }
    await expectHearsSimulated(page);
  });

  await test.step('the page says what is wrong with the camera', async () => {
    await press(newcomer, 'command.room.devices');
    const device = t('room.device.camera');
    await expect(page.getByRole('alert')).toHaveText(t('room.device.denied', { device }));
  });
});
