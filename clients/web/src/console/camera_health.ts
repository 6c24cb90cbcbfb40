// A camera's health in words: what is, why, and how well.
import { toMs } from '../base/time';
import { type StreamHealth, StreamState } from '../gen/muster/v1/live_pb';
import { streamStateText } from '../i18n/labels';
import type { Words } from '../i18n/text';
import { ageText } from '../ui/age_text';
import { isBad } from '../ui/tile_words';

export interface HealthWords {
  state: string;
  /** Why it is not well; empty when it is. */
  why: string;
  /** Size, frames, bitrate, codec, viewers: what is known of them. */
  facts: string[];
  bad: boolean;
}

export function healthWords(
  health: StreamHealth | undefined,
  { t, say }: Words,
  nowMs: number,
): HealthWords {
  if (!health) return { state: t('stream.state.unspecified'), why: '', facts: [], bad: false };
  const lastMs = toMs(health.lastPacketAt);
  const packetAge = lastMs === undefined ? undefined : ageText(nowMs - lastMs);
  const live = health.state === StreamState.LIVE;
  const facts = [
    health.widthPx > 0 && `${String(health.widthPx)}×${String(health.heightPx)}`,
    live && health.fps > 0 && t('console.camera.fps', { n: Math.round(health.fps) }),
    live &&
      health.bitrateBps > 0n &&
      t('console.camera.mbps', { n: (Number(health.bitrateBps) / 1e6).toFixed(1) }),
    health.codec !== '' && health.codec,
    t('console.camera.viewers', { n: health.viewers }),
    !live &&
      packetAge &&
      t('console.camera.last_packet', { age: t(packetAge.key, packetAge.args) }),
  ].filter((fact) => typeof fact === 'string');
  return {
    state: t(streamStateText[health.state]),
    why: health.reason ? say(health.reason) : '',
    facts,
    bad: isBad(health.state),
  };
}
