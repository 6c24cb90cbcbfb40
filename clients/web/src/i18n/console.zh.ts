export const consoleZh = {
  'console.title': '值班席',
} as const;
