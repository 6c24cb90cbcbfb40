// Whether this browser can show what a stream carries.

const mimes: Record<string, { mime: string; called: string }> = {
  H264: { mime: 'video/h264', called: 'H.264' },
  H265: { mime: 'video/h265', called: 'H.265' },
  VP8: { mime: 'video/vp8', called: 'VP8' },
};

type Receiver = Pick<typeof RTCRtpReceiver, 'getCapabilities'>;

/** A browser may lack WebRTC as a whole. */
const rtcReceiver = (): Receiver | undefined =>
  (globalThis as { RTCRtpReceiver?: Receiver }).RTCRtpReceiver;

/** The codec's name where this browser lacks it; undefined where nothing is known to be in the way. */
export function lackingCodec(codec: string, receiver = rtcReceiver()): string | undefined {
  const known = mimes[codec];
  const codecs = receiver?.getCapabilities('video')?.codecs;
  if (!known || !codecs) return undefined;
  return codecs.some(({ mimeType }) => mimeType.toLowerCase() === known.mime)
    ? undefined
    : known.called;
}
