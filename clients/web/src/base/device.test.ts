import { describe, expect, it } from 'vitest';

import { lacksOf } from './device';

describe('lacksOf', () => {
  const h264 = { getCapabilities: () => ({ codecs: [{ mimeType: 'video/H264' }] }) } as never;
  const whole = {
    isSecureContext: true,
    navigator: { geolocation: {} } as Navigator,
    indexedDB: {} as IDBFactory,
    RTCPeerConnection: {},
    RTCRtpReceiver: h264,
  };

  it('finds nothing on a whole device', () => {
    expect(lacksOf('console', whole)).toEqual([]);
    expect(lacksOf('field', whole)).toEqual([]);
  });

  it('says what is missing, and only what the page needs', () => {
    const vp8 = { getCapabilities: () => ({ codecs: [{ mimeType: 'video/VP8' }] }) } as never;
    expect(lacksOf('console', { ...whole, RTCRtpReceiver: vp8 })).toEqual(['h264']);
    expect(lacksOf('console', { ...whole, RTCPeerConnection: undefined })).toEqual(['webrtc']);
    const bare = { isSecureContext: false, navigator: {} as Navigator };
    expect(lacksOf('field', bare)).toEqual(['secure', 'location', 'storage']);
  });
});
