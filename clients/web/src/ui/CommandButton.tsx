import { Button, type ButtonProps } from '@mantine/core';

import { type Command, runCommand, type Scene } from '../commands/command';
import { useText } from '../i18n/text';
import { useApp } from './app_context';
import { keysText } from './keys_text';

interface Props extends ButtonProps {
  command: Command;
  scene: Scene;
}

/** A command as a button: named, with its key, and with the reason while it cannot be done. */
export function CommandButton({ command, scene, ...look }: Props) {
  const { acts } = useApp();
  const { t } = useText();
  if (!command.available(scene)) return null;
  const why = command.disabled(scene);
  return (
    <Button
      size="compact-sm"
      variant="default"
      {...look}
      disabled={why !== undefined}
      title={why ? t(why.key, why.args) : undefined}
      aria-keyshortcuts={command.keys}
      onClick={() => runCommand(command, scene, acts)}
      rightSection={command.keys ? <kbd className="key">{keysText(command.keys)}</kbd> : null}
    >
      {t(command.label)}
    </Button>
  );
}
