import { fireEvent, render, screen } from '@testing-library/react';
import { expect, test } from 'vitest';

import type { CallState } from './call_ports';
import { FakeCall, microphoneOn } from './fake_call';
import { usePushToTalk } from './use_push_to_talk';

function Page({ call }: { call: FakeCall }) {
  usePushToTalk(call);
  return <input />;
}

function talk(change: Partial<CallState> = {}) {
  const call = new FakeCall('room', { microphone: microphoneOn, muted: true, ...change });
  return { call, view: render(<Page call={call} />) };
}

const down = (more = {}) => fireEvent.keyDown(document.body, { key: ' ', ...more });
const up = () => fireEvent.keyUp(document.body, { key: ' ' });

test('who is muted is heard while the space bar is held', () => {
  const { call } = talk();
  down();
  down({ repeat: true });
  expect(call.asked).toEqual(['setMuted false']);
  up();
  expect(call.asked).toEqual(['setMuted false', 'setMuted true']);
});

test('a key that is let go elsewhere mutes again', () => {
  const { call } = talk();
  down();
  fireEvent.blur(window);
  expect(call.state.get().muted).toBe(true);
});

test('going away from the page mutes again', () => {
  const { call, view } = talk();
  down();
  view.unmount();
  expect(call.state.get().muted).toBe(true);
});

test('a space that is written, or of somebody who is not muted, means nothing', () => {
  const { call } = talk();
  fireEvent.keyDown(screen.getByRole('textbox'), { key: ' ' });
  expect(call.asked).toEqual([]);
  call.become({ muted: false });
  down();
  up();
  expect(call.asked).toEqual([]);
});

test('without a microphone nothing is promised', () => {
  const { call } = talk({ microphone: { phase: 'off' } });
  down();
  up();
  expect(call.asked).toEqual([]);
});
