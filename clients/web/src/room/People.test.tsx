// The list of those in a room: what changes of one wakes nobody else's row.
import { beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { Profiler } from 'react';

import { room as roomOf } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { startLanguage } from '../i18n/text';
import { PersonRow } from './PersonRow';
import { People } from './People';
import { RoomScene, roomId, stay } from './testing_page';

const rows = vi.hoisted(() => ({ drawn: [] as string[] }));
vi.mock('./PersonRow', async (original) => {
  const real = await original<typeof import('./PersonRow')>();
  const counted: typeof PersonRow = (props) => (
    <Profiler id={props.id} onRender={(id) => rows.drawn.push(id)}>
      <real.PersonRow {...props} />
    </Profiler>
  );
  return { PersonRow: counted };
});

beforeAll(() => startLanguage(new MemoryValues().windowOf()));
beforeEach(() => {
  rows.drawn.length = 0;
});

test('a change of one person draws that row and no other', () => {
  const scene = new RoomScene();
  scene.show(stay(11), stay(12), stay(13));
  scene.render(<People room={roomOf({ id: roomId }).value} />);
  expect(rows.drawn.length).toBe(4);
  rows.drawn.length = 0;
  scene.show(stay(12, { muted: true }));
  expect(rows.drawn).toEqual([stay(12).value.id]);
});
