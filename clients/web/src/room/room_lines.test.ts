// @vitest-environment jsdom
import { create } from '@bufbuild/protobuf';
import { beforeAll, expect, test } from 'vitest';

import catalogue from '../../../../hub/base/catalogue/en.json';
import { uuid } from '../base/testing/entities';
import { MemoryValues } from '../base/testing/memory_values';
import { LogLineSchema } from '../gen/muster/v1/incident_pb';
import { startLanguage, wordsOf } from '../i18n/text';
import { sentenceInRoom } from './room_lines';

beforeAll(() => startLanguage(new MemoryValues().windowOf()));

const line = (code: string, args: Record<string, string>, aboutId = uuid(1)) =>
  create(LogLineSchema, { aboutId, reason: { code, args } });

test('in the room its own title is not said', () => {
  const joined = line('log.room_joined', { name: 'seat 02', room: 'Flood' });
  expect(sentenceInRoom(joined, uuid(1), wordsOf('en'))).toBe('seat 02 joined.');
  expect(sentenceInRoom(joined, uuid(2), wordsOf('en'))).toBe('seat 02 joined the room Flood.');
  expect(sentenceInRoom(joined, uuid(1), wordsOf('zh'))).toBe('seat 02 加入。');
});

test('every line about rooms has its sentence, with all that it knows but the room', () => {
  const codes = Object.entries(catalogue).filter(([code]) => code.startsWith('log.room_'));
  expect(codes.length).toBeGreaterThan(10);
  for (const [code, sentence] of codes) {
    const names = [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    const args = Object.fromEntries(names.map((name) => [name, `<${name}>`]));
    const said = sentenceInRoom(line(code, args), uuid(1), wordsOf('en'));
    expect([code, said.includes('<room>')]).toEqual([code, false]);
    for (const name of names)
      if (name !== 'room' && name !== 'by') expect(said).toContain(`<${name}>`);
  }
});
