// What this device cannot do, so that it can be said before it is missed.

export type Lack = 'secure' | 'webrtc' | 'h264' | 'location' | 'storage';

interface Surroundings {
  isSecureContext: boolean;
  navigator: Navigator;
  indexedDB?: IDBFactory;
  RTCPeerConnection?: unknown;
  RTCRtpReceiver?: Pick<typeof RTCRtpReceiver, 'getCapabilities'>;
}

/** The field page needs a place but no video, the console the other way round. */
export function lacksOf(face: 'console' | 'field', around: Surroundings): Lack[] {
  const lacks: Lack[] = [];
  if (!around.isSecureContext) lacks.push('secure');
  if (face === 'field' && !('geolocation' in around.navigator)) lacks.push('location');
  if (face === 'console') lacks.push(...videoLacks(around));
  if (!around.indexedDB) lacks.push('storage');
  return lacks;
}

function videoLacks({ RTCPeerConnection, RTCRtpReceiver }: Surroundings): Lack[] {
  if (!RTCPeerConnection || !RTCRtpReceiver) return ['webrtc'];
  const codecs = RTCRtpReceiver.getCapabilities('video')?.codecs ?? [];
  const h264 = codecs.some(({ mimeType }) => mimeType.toLowerCase() === 'video/h264');
  return h264 ? [] : ['h264'];
}
