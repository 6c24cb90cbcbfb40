import { describe, expect, it } from 'vitest';

import { FakePeer } from './testing';
import { pictureCodecs, whipPlan, withSoundFec } from './whip';
import type { Peer } from './ports';

const codec = (mimeType: string, sdpFmtpLine?: string): RTCRtpCodec => ({
  mimeType,
  clockRate: 90_000,
  ...(sdpFmtpLine === undefined ? {} : { sdpFmtpLine }),
});

const chromium = [
  codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f'),
  codec('video/H264', 'level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f'),
  codec('video/VP8'),
  codec('video/rtx'),
  codec('video/VP9', 'profile-id=0'),
  codec('video/red'),
];

describe('what is sent', () => {
  it('is VP8 before H.264 with packetization mode 1, and nothing else', () => {
    expect(pictureCodecs(chromium)).toEqual([chromium[2], chromium[0]]);
    expect(pictureCodecs([])).toEqual([]);
  });

  it('keeps a place for both kinds, whatever there is to send, and no more than is allowed', () => {
    const peer = new FakePeer();
    const plan = whipPlan({
      streamId: 's 1',
      ticket: 't',
      tracks: { sound: undefined, picture: undefined },
      codecs: chromium,
      ready: () => undefined,
    });
    plan.prepare(peer as unknown as Peer);
    expect(plan).toMatchObject({ path: '/whip/s%201', ticket: 't' });
    expect(peer.senders.map(({ kind }) => kind)).toEqual(['audio', 'video']);
    expect(peer.senders[1]?.init.sendEncodings).toEqual([
      { maxBitrate: 1_200_000, maxFramerate: 20 },
    ]);
    expect(peer.senders[1]?.codecs).toEqual(['video/VP8', 'video/H264']);
  });
});

describe('in-band FEC of sound', () => {
  const rtpmap = 'm=audio 9 UDP 111\r\na=rtpmap:111 opus/48000/2\r\n';

  it.each([
    ['', 'a=fmtp:111 useinbandfec=1\r\n'],
    ['a=fmtp:111 minptime=10\r\n', 'a=fmtp:111 minptime=10;useinbandfec=1\r\n'],
    ['a=fmtp:111 useinbandfec=0\r\n', 'a=fmtp:111 useinbandfec=0\r\n'],
  ])('is wanted in an answer that says "%s"', (said, wanted) => {
    expect(withSoundFec(`${rtpmap}${said}a=mid:0\r\n`)).toBe(`${rtpmap}${wanted}a=mid:0\r\n`);
  });

  it('is nothing for an answer without sound', () => {
    expect(withSoundFec('m=video 9\r\na=rtpmap:96 VP8/90000\r\n')).not.toContain('fec');
  });
});
