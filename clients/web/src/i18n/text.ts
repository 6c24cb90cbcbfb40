// Saying things: `useText()` gives `t(key, args)` in the language that is chosen now, and the sentence of
// a reason or refusal from the catalogue that the command line uses too.
import i18next from 'i18next';
import { useMemo } from 'react';
import { initReactI18next, useTranslation } from 'react-i18next';

import catalogueEn from '../../../../hub/base/catalogue/en.json';
import catalogueZh from '../../../../hub/base/catalogue/zh.json';
import { isUnreachable, type Refusal } from '../base/refusal';
import type { KeyValues } from '../base/storage';
import { clockText } from '../base/time';
import { en } from './en';
import { zh } from './zh';

export type TextKey = keyof typeof zh;
export type TextArgs = Record<string, string | number>;
export type Language = 'zh' | 'en';

/** A text that is kept as data and said later. */
export interface Text {
  key: TextKey;
  args?: TextArgs | undefined;
}

export interface Words {
  language: Language;
  t: (key: TextKey, args?: TextArgs) => string;
  /** The sentence of a reason; an unknown code comes back as itself, with its arguments. */
  say: (reason: { code: string; args: Record<string, string> }) => string;
  sayRefusal: (refusal: Refusal) => string;
}

const catalogues: Record<Language, Record<string, string>> = { zh: catalogueZh, en: catalogueEn };
const storageKey = 'muster.language';

export function startLanguage(storage: KeyValues): void {
  void i18next.use(initReactI18next).init({
    resources: { zh: { translation: zh }, en: { translation: en } },
    lng: chosenLanguage(storage),
    fallbackLng: false,
    keySeparator: false,
    nsSeparator: false,
    interpolation: { prefix: '{', suffix: '}', escapeValue: false },
    initAsync: false,
  });
  markPage();
  storage.watch(storageKey, () => void changeLanguage(chosenLanguage(storage)));
}

export function setLanguage(storage: KeyValues, language: Language): void {
  storage.set(storageKey, language);
  void changeLanguage(language);
}

export function useText(): Words {
  const { i18n } = useTranslation();
  const language = asLanguage(i18n.language);
  return useMemo(() => wordsOf(language), [language]);
}

export function wordsOf(language: Language): Words {
  const t = (key: TextKey, args?: TextArgs) => i18next.t(key, { lng: language, ...args });
  const say: Words['say'] = ({ code, args }) => {
    const sentence = catalogues[language][code];
    if (sentence === undefined) {
      return [code, ...Object.entries(args).map(([name, value]) => `${name}=${value}`)].join(' ');
    }
    return sentence.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      sayArgument(language, name, args[name] ?? '?'),
    );
  };
  const sayRefusal = (refusal: Refusal) => {
    if (refusal.code !== '') return say(refusal);
    if (isUnreachable(refusal)) return t('login.unreachable');
    return t('error.no_code', { message: refusal.message });
  };
  return { language, t, say, sayRefusal };
}

// Several arguments speak of the same things.
const wordLists: Record<string, string> = { wanted: 'status', fields: 'edited', changed: 'edited' };

// RFC 3339 in UTC, as the hub writes moments; the command line has the same rule (hub/base/moment.h).
const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

/** By the device's clock, with the date in front when it is not today, and the year when it is another. */
function sayMoment(ms: number, nowMs: number): string {
  const year = new Date(ms).getFullYear();
  const clock = clockText(ms, nowMs);
  return year === new Date(nowMs).getFullYear() ? clock : `${String(year)}-${clock}`;
}

// An argument's own words: "en-route" of {status} is "word.status.en-route", each of a list like "grade, place"; a moment by
// the local clock. What has no word in it stays as it is.
function sayArgument(language: Language, name: string, value: string): string {
  const ms = moment.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(ms)) return sayMoment(ms, Date.now());
  const words = value
    .split(', ')
    .map((word) => catalogues[language][`word.${wordLists[name] ?? name}.${word}`]);
  return words.every((word) => word !== undefined)
    ? words.join(language === 'zh' ? '、' : ', ')
    : value;
}

async function changeLanguage(language: Language): Promise<void> {
  await i18next.changeLanguage(language);
  markPage();
}

function markPage(): void {
  document.documentElement.lang = i18next.language;
  document.title = i18next.t('app.title');
}

function chosenLanguage(storage: KeyValues): Language {
  return asLanguage(storage.get(storageKey) ?? navigator.language);
}

const asLanguage = (tag: string): Language => (tag.startsWith('zh') ? 'zh' : 'en');
