// @vitest-environment jsdom
import { Code } from '@connectrpc/connect';
import { beforeAll, describe, expect, it } from 'vitest';

import catalogueEn from '../../../../hub/base/catalogue/en.json';
import catalogueZh from '../../../../hub/base/catalogue/zh.json';
import { MemoryValues } from '../base/testing/memory_values';
import { en } from './en';
import * as labels from './labels';
import { setLanguage, startLanguage, wordsOf } from './text';
import { zh } from './zh';

/** A sentence may name the same thing twice. */
const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();

describe('texts', () => {
  it('have the same keys in both languages, and no empty text', () => {
    expect(Object.keys(en).sort()).toEqual(Object.keys(zh).sort());
    for (const text of [...Object.values(en), ...Object.values(zh)]) expect(text).not.toBe('');
  });

  it('have the same arguments in both languages', () => {
    for (const [key, text] of Object.entries(zh)) {
      const english = en[key as keyof typeof zh];
      expect([key, placeholders(english)]).toEqual([key, placeholders(text)]);
    }
  });

  it('have a word for every enum value', () => {
    for (const record of Object.values(labels)) {
      for (const key of Object.values(record)) expect(zh).toHaveProperty([key]);
    }
  });
});

describe('the shared catalogue', () => {
  it('has the same codes and arguments in both languages', () => {
    const english: Record<string, string> = catalogueEn;
    const chinese: Record<string, string> = catalogueZh;
    expect(Object.keys(english).sort()).toEqual(Object.keys(chinese).sort());
    for (const [code, sentence] of Object.entries(chinese)) {
      expect([code, placeholders(english[code] ?? '')]).toEqual([code, placeholders(sentence)]);
    }
  });
});

describe('the words of enums', () => {
  const inCatalogue: [string, Record<string, string>, string][] = [
    ['incidentTypeText', labels.incidentTypeText, 'type'],
    ['incidentGradeText', labels.incidentGradeText, 'grade'],
    ['incidentStatusText', labels.incidentStatusText, 'status'],
    ['teamStatusText', labels.teamStatusText, 'status'],
    ['orderStatusText', labels.orderStatusText, 'status'],
    ['capabilityText', labels.capabilityText, 'capability'],
  ];

  it.each(inCatalogue)('%s are those of sentences and command line', (_, record, list) => {
    const catalogue: Record<string, string> = catalogueZh;
    for (const key of Object.values(record)) {
      if (key.endsWith('.unspecified')) continue;
      const word = `word.${list}.${(key.split('.').at(-1) ?? '').replaceAll('_', '-')}`;
      expect([key, zh[key as keyof typeof zh]]).toEqual([key, catalogue[word]]);
    }
  });
});

describe('words', () => {
  const storage = new MemoryValues().windowOf();
  beforeAll(() => startLanguage(storage));

  it('put arguments in, unescaped', () => {
    expect(wordsOf('en').t('outbox.refused', { act: 'a < b' })).toBe('Not accepted: a < b');
  });

  it('of the model are said in the language, in arguments too', () => {
    const reason = { code: 'order.repeated', args: { status: 'en-route' } };
    expect(
      wordsOf('en').say({
        code: 'edit.stale',
        args: { expected: '1', actual: '2', changed: 'grade, place' },
      }),
    ).toMatch(/grade, place/);
    expect(
      wordsOf('zh').say({
        code: 'edit.stale',
        args: { expected: '1', actual: '2', changed: 'grade, place' },
      }),
    ).toMatch(/等级、地点/);
    expect(wordsOf('zh').say({ ...reason, code: 'no.such_code' })).toBe(
      'no.such_code status=en-route',
    );
  });

  it('say a moment by the local clock, whatever its name, with the date of another day', () => {
    const today = new Date();
    today.setHours(9, 10, 22, 481);
    const say = (code: string, args: Record<string, string>) => wordsOf('en').say({ code, args });
    expect(say('suggest.out_of_service', { since: today.toISOString() })).toBe(
      'Out of service since 09:10:22.',
    );
    expect(say('picture.in_future', { time: today.toISOString() })).toMatch(/^09:10:22 is in/);
    const before = new Date(today.getFullYear() - 1, 10, 23, 9, 10, 22);
    expect(say('suggest.out_of_service', { since: before.toISOString() })).toBe(
      `Out of service since ${String(before.getFullYear())}-11-23 09:10:22.`,
    );
    for (const text of ['2026-13-24T01:10:22Z', '2026-11-24T01:10:22', 'at 2026-11-24T01:10:22Z']) {
      expect(say('suggest.out_of_service', { since: text })).toBe(`Out of service since ${text}.`);
    }
  });

  it('say a reason from the catalogue', () => {
    const reason = { code: 'incident.unknown', args: { id: 'F2104' } };
    expect(wordsOf('en').say(reason)).toBe('There is no incident F2104.');
    expect(wordsOf('zh').say(reason)).toBe('没有事件 F2104。');
    expect(wordsOf('en').say({ ...reason, args: {} })).toBe('There is no incident ?.');
  });

  it('show a code that is not in the catalogue as itself', () => {
    expect(wordsOf('zh').say({ code: 'new.thing', args: { a: '1' } })).toBe('new.thing a=1');
  });

  it('tell a hub that is away from one that refuses', () => {
    const refusal = { code: '', args: {}, field: '', message: 'odd' };
    const { sayRefusal } = wordsOf('en');
    expect(sayRefusal({ ...refusal, status: Code.Unavailable })).toMatch(/cannot be reached/);
    expect(sayRefusal({ ...refusal, status: Code.Internal })).toBe('The hub refused: odd');
  });

  it('mark the page with the language that was chosen', async () => {
    setLanguage(storage, 'zh');
    await expect.poll(() => document.documentElement.lang).toBe('zh');
    setLanguage(storage, 'en');
    await expect.poll(() => document.documentElement.lang).toBe('en');
  });
});
