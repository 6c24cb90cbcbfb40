// Sending one's own picture and sound (RFC 9725).
import type { Peer } from './ports';
import type { SessionPlan } from './rtc_session';

/** Of a person's picture; the node takes 4 Mbit/s in all. */
const maxPictureBps = 1_200_000;
const maxFramesPerS = 20;

/** Undefined where there is nothing to send yet: its place in the connection is kept. */
export interface Tracks {
  sound: MediaStreamTrack | undefined;
  picture: MediaStreamTrack | undefined;
}

/** Where the tracks of a session can be exchanged without asking anybody. */
export interface Senders {
  sound: RTCRtpSender;
  picture: RTCRtpSender;
}

export interface WhipOffer {
  streamId: string;
  ticket: string;
  tracks: Tracks;
  /** The codecs of a picture that this browser can send. */
  codecs: readonly RTCRtpCodec[];
  ready: (senders: Senders) => void;
}

export function whipPlan({ streamId, ticket, tracks, codecs, ready }: WhipOffer): SessionPlan {
  return {
    path: `/whip/${encodeURIComponent(streamId)}`,
    ticket,
    prepare(peer) {
      const sound = addSender(peer, 'audio', tracks.sound, {});
      const picture = addSender(peer, 'video', tracks.picture, {
        maxBitrate: maxPictureBps,
        maxFramerate: maxFramesPerS,
      });
      const wanted = pictureCodecs(codecs);
      if (wanted.length > 0) picture.setCodecPreferences(wanted);
      ready({ sound: sound.sender, picture: picture.sender });
    },
    readAnswer: withSoundFec,
  };
}

function addSender(
  peer: Peer,
  kind: 'audio' | 'video',
  track: MediaStreamTrack | undefined,
  encoding: RTCRtpEncodingParameters,
): RTCRtpTransceiver {
  return peer.addTransceiver(track ?? kind, { direction: 'sendonly', sendEncodings: [encoding] });
}

/**
 * VP8 first, which every browser can show; H.264 for one that cannot send it. Nothing else: the node passes on what
 * comes, so that retransmission and redundancy codecs would reach nobody.
 */
export function pictureCodecs(codecs: readonly RTCRtpCodec[]): RTCRtpCodec[] {
  const named = (name: string) =>
    codecs.filter(({ mimeType }) => mimeType.toLowerCase() === `video/${name}`);
  const h264 = named('h264').filter(({ sdpFmtpLine }) =>
    sdpFmtpLine?.includes('packetization-mode=1'),
  );
  return [...named('vp8'), ...h264];
}

/** A sender adds in-band FEC (RFC 7587) only for a receiver that says that it can use it: every viewer's browser can. */
export function withSoundFec(sdp: string): string {
  const opus = /^a=rtpmap:(\d+) opus\//im.exec(sdp)?.[1];
  if (opus === undefined) return sdp;
  const fmtp = new RegExp(`^a=fmtp:${opus} (.*)$`, 'm').exec(sdp);
  if (fmtp?.[1]?.includes('useinbandfec=')) return sdp;
  if (fmtp) return sdp.replace(fmtp[0], `${fmtp[0]};useinbandfec=1`);
  const rtpmap = new RegExp(`^a=rtpmap:${opus} .*$`, 'm').exec(sdp)?.[0] ?? '';
  return sdp.replace(rtpmap, `${rtpmap}\r\na=fmtp:${opus} useinbandfec=1`);
}
