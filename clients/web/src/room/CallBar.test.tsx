import { act, fireEvent, screen } from '@testing-library/react';
import { beforeEach, expect, test } from 'vitest';

import { MemoryValues } from '../base/testing/memory_values';
import { startLanguage } from '../i18n/text';
import { CallBar } from './CallBar';
import { FakeCall, microphoneOn } from './fake_call';
import { RoomScene, roomId } from './testing_page';

let scene: RoomScene;
let call: FakeCall;

beforeEach(() => {
  startLanguage(new MemoryValues().windowOf());
  scene = new RoomScene();
  call = scene.calls.run(new FakeCall(roomId, { phase: 'in', microphone: microphoneOn }));
});

const bar = () => screen.queryByRole('region', { name: 'The call that is running' });
const press = (name: string | RegExp) => fireEvent.click(screen.getByRole('button', { name }));

test('names the room on every page but its own', () => {
  const view = scene.render(<CallBar onPage="" />);
  expect(bar()?.textContent).toMatch(/In the room Flood/);
  view.unmount();
  scene.render(<CallBar onPage={roomId} />);
  expect(bar()).toBeNull();
});

test('mutes, leads back, and leaves', () => {
  scene.render(<CallBar onPage="" />);
  press(/^Mute/);
  press(/^Unmute/);
  press('Back to the room');
  expect(scene.nav.toRoom).toHaveBeenCalledWith(roomId, false);
  press('Leave');
  expect(call.asked).toEqual(['setMuted true', 'setMuted false', 'leave']);
  expect(bar()).toBeNull();
});

test('an end that came while one looked elsewhere stays until it was read', () => {
  scene.render(<CallBar onPage="" />);
  act(() => call.become({ phase: 'removed' }));
  expect(screen.getByRole('alert').textContent).toMatch(/You were removed from the room Flood/);
  press('Understood');
  expect(screen.queryByRole('alert')).toBeNull();
});

test('whoever still waits to be let in sees that, and can give up', () => {
  scene.render(<CallBar onPage="" />);
  act(() => call.become({ phase: 'joining' }));
  expect(bar()?.textContent).toMatch(/Joining the room Flood/);
  press('Give up');
  expect(call.asked).toEqual(['leave']);
  expect(bar()).toBeNull();
});

test('is silent about a lobby', () => {
  act(() => call.become({ phase: 'lobby' }));
  scene.render(<CallBar onPage="" />);
  expect(bar()).toBeNull();
});
