// The field page: a new order comes to the front, a call goes on beside it, and a room found again is not taken away.
import { MantineProvider } from '@mantine/core';
import { create } from '@bufbuild/protobuf';
import { act, fireEvent, render, screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';

import type { App } from '../app';
import { order, room, team, update, uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { settle, TurnableClock } from '../base/testing/turnable_clock';
import { Value } from '../base/value';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { PersonSchema } from '../gen/muster/v1/person_pb';
import { Role } from '../gen/muster/v1/types_pb';
import { setLanguage, startLanguage } from '../i18n/text';
import { type LinkState, noLink } from '../picture/link_state';
import { Mirror } from '../picture/mirror';
import { FakeCall, FakeCalls, microphoneOn } from '../room/fake_call';
import { AppContext } from '../ui/app_context';
import { Field } from './Field';

const storage = new MemoryValues().windowOf();
const person = create(PersonSchema, { id: uuid(3), teamId: uuid(5), role: Role.FIELD });
let mirror: Mirror;
let link: Value<LinkState>;
let calls: FakeCalls;

beforeEach(() => {
  startLanguage(storage);
  setLanguage(storage, 'en');
  mirror = new Mirror();
  link = new Value(noLink);
  calls = new FakeCalls();
  const duty = room({ id: uuid(1), title: 'Duty' });
  mirror.apply(update(team({ id: uuid(5), name: 'Fire 3' }), duty));
});

async function open(path: string): Promise<void> {
  history.replaceState(null, '', path);
  const app = {
    face: 'field',
    clock: new TurnableClock(),
    mirror,
    link,
    calls,
    acts: {},
    outbox: { acts: new Value([]) },
    session: { current: new Value({ person }) },
    field: { locator: { state: new Value({ phase: 'waiting' }) } },
  } as unknown as App;
  render(
    <MantineProvider env="test">
      <AppContext value={app}>
        <Field />
      </AppContext>
    </MantineProvider>,
  );
  await act(settle);
}

const comes = (id: number) =>
  act(async () => {
    mirror.apply(update(order({ id: uuid(id), teamId: uuid(5), status: OrderStatus.DELIVERED })));
    link.set({ ...noLink, phase: 'live', newsAtMs: 1 });
    await settle();
  });
const inFront = () => screen.getByRole('button', { current: 'page' }).textContent;

test('a new order comes to the front of whatever is looked at, and the call goes on', async () => {
  calls.run(new FakeCall(uuid(1), { phase: 'in', microphone: microphoneOn }));
  link.set({ ...noLink, phase: 'live', newsAtMs: 1 });
  await open(`/field/room/${uuid(1)}`);
  expect(inFront()).toBe('Rooms');
  await comes(7);
  expect(inFront()).toBe('Order1');
  expect(screen.getByRole('region', { name: 'The call that is running' })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Back to the room' }));
  await act(settle);
  await comes(7);
  expect(inFront()).toBe('Rooms');
  expect(calls.all[0]?.asked).toEqual([]);
});

test('who reloads a room with an order unread stays in the room', async () => {
  await open(`/field/room/${uuid(1)}`);
  await comes(7);
  expect(inFront()).toBe('Rooms');
  await comes(8);
  expect(inFront()).toBe('Order2');
});

test('who opens another page is shown what is unread', async () => {
  await open('/field/past');
  await comes(7);
  expect(inFront()).toBe('Order1');
});
