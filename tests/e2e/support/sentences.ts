// The hub's own sentences, as the console shows them: its catalogue, so that a spec follows a better wording.
import en from '../../../hub/base/catalogue/en.json' with { type: 'json' };
import zh from '../../../hub/base/catalogue/zh.json' with { type: 'json' };

import type { Language } from './words';

export type Code = keyof typeof en;

export function sentence(language: Language, code: Code, args: Record<string, string>): string {
  return { en, zh }[language][code].replaceAll(
    /\{(\w+)\}/g,
    (_, name: string) => args[name] ?? `{${name}}`,
  );
}
