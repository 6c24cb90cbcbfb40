import type { fieldZh } from './field.zh';

export const fieldEn: Record<keyof typeof fieldZh, string> = {
  'field.title': 'Field',
};
