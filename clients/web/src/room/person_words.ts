// What a person's tile and line in the list say.
import { clockText, toMs } from '../base/time';
import { type ParticipantState, type StreamHealth, StreamState } from '../gen/muster/v1/live_pb';
import type { Participant } from '../gen/muster/v1/room_pb';
import type { Words } from '../i18n/text';
import type { TileWords } from '../ui/tile_words';
import { lackingCodec } from './codecs';

/** "公安" of "公安 指挥室", "S2" of "seat 02": what stands where a picture would. */
export function initialsOf(name: string): string {
  const [first = '', second = ''] = name.split(/[\s_-]+/).filter((word) => word !== '');
  if (/^(\p{Script=Han}|\d)/u.test(first)) return first.slice(0, 2);
  const number = /^0*(\d+)/.exec(second)?.[1];
  return (first.slice(0, 1) + (number ?? second.slice(0, 1))).toUpperCase();
}

/** "gone since 03:12:47"; empty while the device is heard. */
export function goneText(
  state: ParticipantState | undefined,
  { t }: Pick<Words, 't'>,
  nowMs: number,
): string {
  if (!state?.gone) return '';
  const heardMs = toMs(state.heardAt);
  return heardMs === undefined
    ? t('room.gone')
    : t('room.gone_since', { clock: clockText(heardMs, nowMs) });
}

interface Seen {
  said: TileWords;
  /** A picture of it was on the screen a moment ago. */
  seenLately: boolean;
}

/** Why there is a name instead of a picture. */
export function noPictureText(
  participant: Participant | undefined,
  health: StreamHealth | undefined,
  { said, seenLately }: Seen,
  words: Words,
): string {
  const { t } = words;
  if (participant?.cameraOff) return t('room.tile.camera_off');
  if (!health) return said.live ? t('room.tile.sound_only') : said.why || said.word;
  const lacking = lackingCodec(health.codec);
  if (lacking) return t('room.tile.no_codec', { codec: lacking });
  switch (health.state) {
    case StreamState.UNSPECIFIED:
    case StreamState.IDLE:
      return t(seenLately ? 'room.tile.back_soon' : 'room.tile.sends_nothing');
    case StreamState.LIVE:
      if (health.codec === '') return t('room.tile.sound_only');
      // It sends, and none of it was shown yet: nothing here is live.
      return said.live ? t('room.tile.waiting') : said.why || said.word;
    case StreamState.NO_NODE:
      return t('room.tile.no_node');
    case StreamState.CONNECTING:
    case StreamState.STALLED:
    case StreamState.FAILED:
    case StreamState.UNSUPPORTED:
      return health.reason ? words.say(health.reason) : said.why || said.word;
  }
}
