/** Keys as people read them: "shift+x" is "⇧ X". */
export function keysText(keys: string): string {
  return keys
    .split('+')
    .map((key) => signs[key] ?? key.toUpperCase())
    .join(' ');
}

const signs: Record<string, string> = {
  mod: 'Ctrl',
  shift: '⇧',
  alt: 'Alt',
  enter: '↵',
  escape: 'Esc',
};
