import { createContext, useContext } from 'react';

import type { Commands, Scene } from './command';

export interface CommandScene {
  commands: Commands;
  scene: Scene;
}

export const CommandContext = createContext<CommandScene | undefined>(undefined);

export function useCommands(): CommandScene {
  const context = useContext(CommandContext);
  if (!context) throw new Error('useCommands outside of the console');
  return context;
}
