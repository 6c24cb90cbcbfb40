import type { ButtonProps } from '@mantine/core';

import { CommandButton } from './CommandButton';
import { useCommands } from '../commands/command_context';

/** A command of the registry by its id, for what is chosen now. */
export function ActButton({ command: id, ...look }: { command: string } & ButtonProps) {
  const { commands, scene } = useCommands();
  const command = commands.get(id);
  if (!command) throw new Error(`no command ${id}`);
  return <CommandButton command={command} scene={scene} {...look} />;
}
