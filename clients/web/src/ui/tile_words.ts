// What a tile says about its camera, from what the page sees and what the node reports.
import { type StreamHealth, StreamState } from '../gen/muster/v1/live_pb';
import { streamStateText } from '../i18n/labels';
import type { Words } from '../i18n/text';
import type { Trouble, ViewerState } from '../media/ports';
import { ageText } from './age_text';

export interface TileWords {
  /** Whether what is shown is live. */
  live: boolean;
  word: string;
  /** Why it is not; empty when there is nothing more to say. */
  why: string;
  /** Of the newest frame, in whole seconds; empty before the first. */
  age: string;
}

export function tileWords(
  state: ViewerState,
  frameAgeMs: number | undefined,
  health: StreamHealth | undefined,
  words: Words,
): TileWords {
  const age = sayAge(frameAgeMs, words);
  if (state.phase === 'playing') return { live: true, word: words.t('tile.playing'), why: '', age };
  if (state.phase === 'failed' && state.final) {
    return {
      live: false,
      word: words.t('tile.failed'),
      why: sayTrouble(state.trouble, words),
      age,
    };
  }
  if (health && isBad(health.state)) {
    const why = health.reason ? words.say(health.reason) : '';
    return { live: false, word: words.t(streamStateText[health.state]), why, age };
  }
  if (state.phase === 'failed') {
    const why = sayTrouble(state.trouble, words);
    return { live: false, word: words.t('tile.reconnecting'), why, age };
  }
  return { live: false, word: words.t(phaseText[state.phase]), why: '', age };
}

const phaseText = {
  connecting: 'tile.connecting',
  waiting: 'tile.waiting',
  stalled: 'tile.stalled',
  closed: 'tile.closed',
} as const;

function sayAge(ageMs: number | undefined, { t }: Words): string {
  if (ageMs === undefined) return '';
  const { key, args } = ageText(ageMs);
  return t(key, args);
}

function sayTrouble(trouble: Trouble, { t, say }: Words): string {
  switch (trouble.kind) {
    case 'network':
      return t('tile.network');
    case 'refused':
      return trouble.refusal.code === ''
        ? t('error.no_code', { message: trouble.refusal.message })
        : say(trouble.refusal);
  }
}

/** Whether a state needs somebody's eye. */
export function isBad(state: StreamState): boolean {
  switch (state) {
    case StreamState.STALLED:
    case StreamState.FAILED:
    case StreamState.UNSUPPORTED:
    case StreamState.NO_NODE:
      return true;
    case StreamState.UNSPECIFIED:
    case StreamState.IDLE:
    case StreamState.CONNECTING:
    case StreamState.LIVE:
      return false;
  }
}
