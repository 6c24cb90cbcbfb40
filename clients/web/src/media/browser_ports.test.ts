import { afterEach, describe, expect, it, vi } from 'vitest';

import { Session } from '../base/session';
import { participant, stream, streamHealth, update } from '../base/testing/entities';
import { loggedInAs } from '../base/testing/logged_in';
import { MemoryValues } from '../base/testing/memory_values';
import { type StreamHealth, StreamState } from '../gen/muster/v1/live_pb';
import { ParticipantStatus } from '../gen/muster/v1/room_pb';
import { Mirror } from '../picture/mirror';
import { browserViewerPorts } from './browser_ports';

function ports() {
  const storage = new MemoryValues().windowOf();
  loggedInAs(storage, { token: 't1' });
  const session = new Session(storage);
  const mirror = new Mirror();
  return { ...browserViewerPorts(session, mirror), session, mirror };
}

type Health = Pick<Partial<StreamHealth>, 'state' | 'fps' | 'audioBitrateBps'>;

describe('the source of a stream', () => {
  function sourceOf(health: Health, isCamera: boolean) {
    const { source, mirror } = ports();
    mirror.apply(update(streamHealth({ ...health, id: 's' })));
    mirror.apply(
      update(
        isCamera
          ? stream({ id: 's' })
          : participant({ id: 'p', streamId: 's', status: ParticipantStatus.JOINED }),
      ),
    );
    return source('s');
  }

  it.each([
    ['a camera that begins', { state: StreamState.LIVE }, true, 'flowing'],
    ['a person who is muted and shows nothing', { state: StreamState.LIVE }, false, 'silent'],
    ['a person who is seen', { state: StreamState.LIVE, fps: 15 }, false, 'flowing'],
    ['a person who is heard', { state: StreamState.LIVE, audioBitrateBps: 9n }, false, 'flowing'],
    ['a person without a node', { state: StreamState.NO_NODE }, false, 'no_node'],
    ['a person who sends nothing', { state: StreamState.IDLE }, false, 'silent'],
  ])('of %s', (_, health, isCamera, wanted) => {
    expect(sourceOf(health, isCamera)).toBe(wanted);
  });

  it('is gone when the picture does not know it', () => {
    expect(ports().source('s')).toBe('gone');
  });

  it('is gone with its camera, and with the stay of its person, while its health is still there', () => {
    const { source, mirror } = ports();
    mirror.apply(update(streamHealth({ id: 's', state: StreamState.FAILED })));
    expect(source('s')).toBe('gone');
    mirror.apply(update(participant({ id: 'p', streamId: 's', status: ParticipantStatus.LEFT })));
    expect(source('s')).toBe('gone');
  });
});

describe('HTTP to the hub', () => {
  afterEach(() => vi.unstubAllGlobals());

  function answers(status: number) {
    const fetch = vi.fn(() => Promise.resolve(new Response('', { status })));
    vi.stubGlobal('fetch', fetch);
    return fetch;
  }

  it('is asked with the log-in, or with the ticket instead', async () => {
    const fetch = answers(201);
    const { http } = ports();
    await http('/whep/s', { method: 'POST' });
    await http('/whip/s', { method: 'POST', ticket: 'a ticket' });
    expect(fetch.mock.calls).toMatchObject([
      ['/whep/s', { headers: { authorization: 'Bearer t1' } }],
      ['/whip/s', { headers: { authorization: 'Bearer a ticket' } }],
    ]);
  });

  it('ends the log-in that the hub does not take, and not for a ticket', async () => {
    answers(401);
    const { http, session } = ports();
    await http('/whip/s', { method: 'POST', ticket: 'an old ticket' });
    expect(session.token()).toBe('t1');
    await http('/whep/s', { method: 'POST' });
    expect(session.token()).toBeUndefined();
  });
});
