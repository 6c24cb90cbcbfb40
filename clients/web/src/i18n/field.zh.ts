export const fieldZh = {
  'field.title': '外勤',
} as const;
