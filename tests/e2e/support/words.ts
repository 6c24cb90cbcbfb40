// The product's own words, so that a spec tells its story in either language and follows a better wording.
import { en } from '../../../clients/web/src/i18n/en';
import { zh } from '../../../clients/web/src/i18n/zh';

export type Language = 'zh' | 'en';
export type TextKey = keyof typeof zh;
export type Say = (key: TextKey, args?: Record<string, string | number>) => string;

export const sayIn =
  (language: Language): Say =>
  (key, args = {}) =>
    (language === 'zh' ? zh : en)[key].replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      String(args[name] ?? ''),
    );
