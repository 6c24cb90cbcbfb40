// Whose room it is: the chair mutes, sends out, lets in again and closes, and the incident's timeline says so.
import { ConnectError } from '@connectrpc/connect';

import { type Caller, expect, test } from './support/callers';
import { connectionsUp, expectHears } from './support/ears';
import {
  chairDoes,
  expectIn,
  expectTogether,
  gather,
  lineOf,
  type Meeting,
  tileOf,
} from './support/room';
import { roomsAs } from './support/rooms_hub';
import type { Code } from './support/sentences';

const clock = '\\d\\d:\\d\\d:\\d\\d';

test('the chair mutes, removes, readmits and closes', async ({ caller }) => {
  const meeting = await gather(caller);
  const { chair, desk, phone, everybody } = meeting;
  await expectTogether(everybody);

  await test.step('muted by the chair: silent for the others, and told so', async () => {
    await chairDoes(chair, desk, 'room.mute');
    const note = desk.t('room.notice.muted_by', { who: chair.post });
    await expect(desk.page.getByText(note)).toBeVisible();
    await expect(tileOf(chair, desk)).toContainText(chair.t('room.muted'));
    await expect(tileOf(phone, desk)).toContainText(phone.t('room.muted'));
    await expectHears(chair.page, 'field');
    await expectHears(phone.page, 'commander');
    await desk.page
      .getByRole('status')
      .getByRole('button', { name: desk.t('room.unmute') })
      .click();
    await expect(desk.page.getByText(note)).toBeHidden();
    await expectTogether(everybody);
  });

  await test.step('removed: its media ends, and it stays out', async () => {
    await chairDoes(chair, phone, 'room.remove');
    await expectOut(phone, chair);
    for (const it of [chair, desk]) await expect(tileOf(it, phone)).toBeHidden();
    await expectTogether([chair, desk]);
    await expect.poll(() => connectionsUp(phone.page)).toEqual([]);
    expect(await refusalOf(meeting)).toContain(chair.post);
    await phone.page.reload();
    await expectOut(phone, chair);
  });

  await test.step('readmitted, and back', async () => {
    const { page, t } = phone;
    await chair.page.getByRole('button', { name: chair.t('room.readmit') }).click();
    await expect(page.getByText(t('room.ended.readmitted'))).toBeVisible();
    await page.getByRole('button', { name: t('room.join_again') }).click();
    await expectIn(phone);
    await expectTogether(everybody);
  });

  await test.step('closed, for all', async () => {
    const { page, t } = chair;
    await page.getByRole('button', { name: t('command.room.close') }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('room.close.do') })
      .click();
    for (const it of everybody) {
      const said = it.t('room.closed_by', { who: chair.post });
      await expect(it.page.getByText(said)).toBeVisible();
      await expect.poll(() => connectionsUp(it.page)).toEqual([]);
    }
    const stays = desk.page.getByRole('listitem');
    const whole = new RegExp(desk.t('room.from_to', { from: clock, to: clock }));
    await expect(stays.filter({ hasText: chair.post })).toHaveText(whole);
    await expect(stays.filter({ hasText: phone.post })).toHaveText([whole, whole]);
  });

  await test.step('all of it is in the timeline', async () => {
    await expectTimeline(meeting);
  });
});

async function expectOut({ page, t }: Caller, chair: Caller): Promise<void> {
  await expect(page.getByText(t('room.ended.removed', { chair: chair.post }))).toBeVisible();
}

/** What the hub says to who was sent out and tries nevertheless. */
async function refusalOf({ roomId }: Meeting): Promise<string> {
  const answer = await roomsAs('field', 'marine-2')
    .joinRoom({ requestId: crypto.randomUUID(), roomId })
    .then(
      () => 'let in',
      (thrown: unknown) => ConnectError.from(thrown),
    );
  return String(answer);
}

async function expectTimeline({ chair, desk, phone, title: room }: Meeting): Promise<void> {
  const { page, t } = chair;
  await page.getByRole('button', { name: t('room.to_incident', { number: '' }) }).click();
  const by = chair.post;
  const happened: [Code, { name?: string; by?: string }, number][] = [
    ['log.room_opened', { by }, 1],
    ['log.room_joined', { name: chair.post }, 1],
    ['log.room_joined', { name: desk.post }, 1],
    ['log.room_joined', { name: phone.post }, 2],
    ['log.room_muted', { by, name: desk.post }, 1],
    ['log.room_unmuted', { by: desk.post, name: desk.post }, 0],
    ['log.room_removed', { by, name: phone.post }, 1],
    ['log.room_readmitted', { by, name: phone.post }, 1],
    ['log.room_closed', { by }, 1],
  ];
  for (const [code, args, times] of happened) {
    await expect(lineOf(chair, code, { ...args, room }), code).toHaveCount(times);
  }
}
