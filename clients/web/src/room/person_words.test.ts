// @vitest-environment jsdom
import { create } from '@bufbuild/protobuf';
import { beforeAll, expect, test } from 'vitest';

import { participant, uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { reason } from '../base/testing/values';
import { fromMs } from '../base/time';
import { ParticipantStateSchema, StreamHealthSchema, StreamState } from '../gen/muster/v1/live_pb';
import { startLanguage, wordsOf } from '../i18n/text';
import { goneText, initialsOf, noPictureText } from './person_words';

beforeAll(() => startLanguage(new MemoryValues().windowOf()));

const said = { live: false, word: 'Connecting', why: '', age: '' };
const person = (cameraOff = false) => participant({ id: uuid(1), cameraOff }).value;
const health = (state: StreamState, codec = '', why = '') =>
  create(StreamHealthSchema, { state, codec, ...(why === '' ? {} : { reason: reason(why) }) });
const seen = { said, seenLately: false };
const why = (...args: Parameters<typeof health>) =>
  noPictureText(person(), health(...args), seen, wordsOf('en'));

test('a post has initials that tell it from its neighbours', () => {
  const names = ['公安 指挥室', '01席 指挥长 seat 01', 'seat 02', 'seat 12', 'Mayor', 'fire-5', ''];
  expect(names.map(initialsOf)).toEqual(['公安', '01', 'S2', 'S12', 'M', 'F5', '']);
});

test('why there is no picture is said plainly', () => {
  expect(noPictureText(person(true), undefined, seen, wordsOf('en'))).toBe('Camera off');
  expect(why(StreamState.IDLE)).toBe('Sends no picture');
  expect(why(StreamState.LIVE)).toBe('Sound only');
  expect(why(StreamState.LIVE, 'VP8')).toBe('Connecting');
  expect(why(StreamState.NO_NODE)).toBe('Media service away, reconnecting');
  expect(why(StreamState.STALLED, '', 'media.no_video')).toBe('The camera offers no video.');
});

test('nobody is blamed for what is on its way', () => {
  const say = (state: StreamState, codec: string, now: Partial<typeof seen>) =>
    noPictureText(person(), health(state, codec), { ...seen, ...now }, wordsOf('en'));
  expect(say(StreamState.IDLE, '', { seenLately: true })).toBe('Picture comes back');
  const live = { ...said, live: true, word: 'Live' };
  expect(say(StreamState.LIVE, 'VP8', { said: live })).toBe('Waiting for the first picture');
});

test('a browser that lacks the codec is named as the reason', () => {
  const codecs = [{ mimeType: 'video/VP8' }];
  Object.defineProperty(globalThis, 'RTCRtpReceiver', {
    value: { getCapabilities: () => ({ codecs }) },
    configurable: true,
  });
  expect(why(StreamState.LIVE, 'H264')).toBe('This browser cannot show H.264');
  expect(why(StreamState.LIVE, 'VP8')).toBe('Connecting');
  Reflect.deleteProperty(globalThis, 'RTCRtpReceiver');
});

test('who is gone is gone since it was heard last', () => {
  const heardMs = new Date(2026, 10, 24, 3, 12, 47).getTime();
  const state = (gone: boolean) =>
    create(ParticipantStateSchema, { gone, heardAt: fromMs(heardMs) });
  expect(goneText(state(true), wordsOf('en'), heardMs + 9_000)).toBe('gone 03:12:47');
  expect(goneText(state(false), wordsOf('en'), heardMs + 9_000)).toBe('');
  expect(goneText(undefined, wordsOf('en'), heardMs)).toBe('');
});
