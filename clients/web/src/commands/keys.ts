// From a keyboard event to the name that commands use: "v", "shift+c", "mod+enter" (mod: Ctrl, or Cmd on a Mac).

interface KeyPress {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

export function keysOf({ key, ctrlKey, metaKey, altKey, shiftKey }: KeyPress): string {
  const name = key === ' ' ? 'space' : key.toLowerCase();
  // A shifted sign such as "?" already is another key; only letters and named keys need the word.
  const shifted = shiftKey && (name.length > 1 || name !== name.toUpperCase());
  return [ctrlKey || metaKey ? 'mod' : '', altKey ? 'alt' : '', shifted ? 'shift' : '', name]
    .filter((part) => part !== '')
    .join('+');
}

/** Keys belong to a menu or a dialog that lies over the page while one is in it: Escape closes that, no more. */
export function isInLayer(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="menu"], [role="dialog"]') !== null;
}

/** Keys belong to the field while somebody writes in one. */
export function isWriting(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName);
}
