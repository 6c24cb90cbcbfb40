import { useEffect, useEffectEvent } from 'react';

import { useApp } from '../ui/app_context';
import { type Commands, runCommand, type Scene } from './command';
import { isInLayer, isWriting, keysOf } from './keys';

/** The page's keys run the commands. `scene` is what is selected at the moment of the key. */
export function useShortcuts(commands: Commands, scene: () => Scene): void {
  const { acts } = useApp();
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.repeat) return;
    if (isWriting(event.target) || isInLayer(event.target)) return;
    const command = commands.forKeys(keysOf(event));
    if (command && runCommand(command, scene(), acts)) event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => pressed(event);
    addEventListener('keydown', listener);
    return () => removeEventListener('keydown', listener);
  }, []);
}
