// @vitest-environment jsdom
import { create } from '@bufbuild/protobuf';
import { beforeAll, describe, expect, it } from 'vitest';

import { MemoryValues } from '../base/testing/memory_values';
import { type StreamHealth, StreamHealthSchema, StreamState } from '../gen/muster/v1/live_pb';
import { startLanguage, wordsOf } from '../i18n/text';
import type { ViewerState } from '../media/ports';
import { tileWords } from './tile_words';

beforeAll(() => startLanguage(new MemoryValues().windowOf()));

const health = (state: StreamState, code = '', args: Record<string, string> = {}) =>
  create(StreamHealthSchema, { state, ...(code ? { reason: { code, args } } : {}) });
const say = (state: ViewerState, age: number | undefined, of: StreamHealth | undefined) =>
  tileWords(state, age, of, wordsOf('en'));

describe('tileWords', () => {
  it('calls live only what plays', () => {
    expect(say({ phase: 'playing' }, 40, health(StreamState.LIVE))).toEqual({
      live: true,
      word: 'Live',
      why: '',
      age: '0 s',
    });
    expect(say({ phase: 'stalled' }, 4_200, undefined)).toMatchObject({
      live: false,
      word: 'Stalled',
      age: '4 s',
    });
  });

  it("gives the node's reason where there is one", () => {
    const wrong = health(StreamState.FAILED, 'media.unauthorized', { status: '401' });
    expect(say({ phase: 'waiting' }, undefined, wrong)).toMatchObject({
      word: 'No picture',
      why: 'The camera does not accept the user or the password (401 from camera).',
    });
    const away = health(StreamState.NO_NODE, 'media.no_node');
    const failed = { phase: 'failed', trouble: { kind: 'network' }, final: false } as const;
    expect(say(failed, 3_000, away).word).toBe('Media node away');
    expect(say(failed, 3_000, undefined).word).toBe('Reconnecting');
  });

  it('gives the reason of a refusal that trying again does not mend', () => {
    const refusal = { code: 'stream.unknown', args: { id: 'x' }, message: '' };
    const state = { phase: 'failed', trouble: { kind: 'refused', refusal }, final: true } as const;
    expect(say(state, undefined, undefined)).toMatchObject({
      word: 'No picture',
      why: 'There is no stream x.',
    });
  });
});
