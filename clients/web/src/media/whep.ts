// Viewing one stream (draft-ietf-wish-whep): a camera's picture, or a person's picture and sound.
import type { Peer } from './ports';
import type { SessionPlan } from './rtc_session';

export interface WhepEvents {
  /** What a track came in; a picture's and its sound's may be the same. */
  picture: (stream: MediaStream) => void;
  sound: (stream: MediaStream) => void;
}

export function whepPlan(streamId: string, sound: boolean, events: WhepEvents): SessionPlan {
  const listen = (peer: Peer) => {
    peer.addEventListener('track', ({ track, streams }) => {
      const stream = streams[0] ?? new MediaStream([track]);
      if (track.kind === 'audio') events.sound(stream);
      else events.picture(stream);
    });
  };
  return {
    path: `/whep/${encodeURIComponent(streamId)}`,
    prepare(peer) {
      listen(peer);
      peer.addTransceiver('video', { direction: 'recvonly' });
      if (sound) peer.addTransceiver('audio', { direction: 'recvonly' });
    },
  };
}
