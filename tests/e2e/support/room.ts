// A room, seen by three people: how they come into it, and that they are together there.
import type { Locator } from '@playwright/test';

import type { Caller } from './callers';
import { placeOf } from './city';
import { pane, queueRow } from './desk';
import { expectHears } from './ears';
import { expectMovingPictureOf } from './eyes';
import type { Who } from './fake_devices';
import { report } from './muster';
import { roomsAs } from './rooms_hub';
import { type Code, sentence } from './sentences';
import { expect } from './test';
import { videoOf } from './video';

const place = '体育场';

export interface Meeting {
  incidentId: string;
  roomId: string;
  title: string;
  chair: Caller;
  desk: Caller;
  phone: Caller;
  everybody: Caller[];
}

/** The commander opens a room from an incident of its own; the dispatcher and a field team join it. */
export async function gather(start: (who: Who) => Promise<Caller>): Promise<Meeting> {
  const said = `看台局部坍塌，需会商（${String(Date.now())}）`;
  const at = placeOf(place); // No camera is there, whose mark on the map other specs click.
  const incidentId = await report({ type: 'rescue', at, place, text: said });
  const [chair, desk, phone] = await Promise.all([
    start('commander'),
    start('dispatcher'),
    start('field'),
  ]);
  await queueRow(chair, said).click();
  await pane(chair, 'room.title')
    .getByRole('button', { name: chair.t('command.room.open') })
    .click();
  await expectIn(chair);
  const { rooms } = await roomsAs('commander').listRooms({ incidentId });
  const [{ id: roomId, title } = { id: '', title: '' }] = rooms;
  await expect(chair.page.getByRole('heading', { name: title })).toBeVisible();

  await phone.page.getByRole('button', { name: phone.t('field.tab.rooms'), exact: true }).tap();
  for (const it of [desk, phone]) {
    await joinButton(it, title).click();
    await expectIn(it);
  }
  return { incidentId, roomId, title, chair, desk, phone, everybody: [chair, desk, phone] };
}

export const joinButton = ({ page, t }: Caller, title: string): Locator =>
  page.getByRole('button', { name: t('room.join_named', { title }) });

export async function expectIn({ page, t }: Caller): Promise<void> {
  await expect(page.getByRole('figure', { name: t('room.tile.own') })).toBeVisible();
}

/** The picture of one of the others. */
export const tileOf = ({ page, t }: Caller, { post }: { post: string }): Locator =>
  page.getByRole('figure', { name: t('room.tile.label', { name: post }) });

/** Each hears and sees the others, in motion, and hears nobody else. */
export async function expectTogether(everybody: readonly Caller[]): Promise<void> {
  await Promise.all(
    everybody.map(async (it) => {
      const others = everybody.filter((other) => other !== it);
      await expectHears(it.page, ...others.map(({ who }) => who));
      for (const { post, who } of others) await expectMovingPictureOf(videoOf(it, post), who);
    }),
  );
}

/** A line of the timeline that is open, by what the hub says in it. */
export function lineOf(caller: Caller, code: Code, args: Record<string, string>): Locator {
  // Up to the first argument that nobody here knows.
  const said = sentence('en', code, args).replace(/\{\w+\}.*$/, '');
  const timeline = pane(caller, 'console.timeline.title');
  return timeline.getByRole('listitem').filter({ hasText: said });
}

/** What the chair can do with one of the others. */
export async function chairDoes(
  { page, t }: Caller,
  { post }: { post: string },
  what: 'room.mute' | 'room.unmute' | 'room.remove',
): Promise<void> {
  await page.getByRole('button', { name: t('room.chair_menu', { name: post }) }).click();
  await page.getByRole('menuitem', { name: t(what), exact: true }).click();
}

/** By the bar of the room's page. */
export async function press({ page, t }: Caller, what: Parameters<Caller['t']>[0]): Promise<void> {
  const bar = page.getByRole('group', { name: t('room.bar'), exact: true });
  await bar.getByRole('button', { name: new RegExp(`^${t(what)}`) }).click();
}

/** Puts the camera into the room. */
export async function addCamera(caller: Caller, name: string): Promise<void> {
  const { page, t } = caller;
  await press(caller, 'command.room.add_camera');
  await page.getByLabel(t('room.camera.find')).fill(name);
  await page.keyboard.press('Enter');
}
