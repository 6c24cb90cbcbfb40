// Every key that works now, from the same registry that the keys run from.
import { Modal } from '@mantine/core';

import { keysText } from '../ui/keys_text';
import { useText } from '../i18n/text';
import { useCommands } from '../commands/command_context';

export function KeysHelp({ open, onClose }: { open: boolean; onClose: () => void }) {
  const { t } = useText();
  const { commands, scene } = useCommands();
  const shown = commands.availableIn(scene).filter((command) => command.keys !== undefined);
  return (
    <Modal
      opened={open}
      onClose={onClose}
      title={t('console.keys.title')}
      closeButtonProps={{ 'aria-label': t('console.keys.close') }}
      size="lg"
    >
      <dl className="keys">
        {shown.map((command) => (
          <div key={command.id}>
            <dt>
              <kbd className="key">{keysText(command.keys ?? '')}</kbd>
            </dt>
            <dd>{t(command.label)}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">{t(commands.get('room.leave') ? 'room.keys' : 'console.keys.form')}</p>
    </Modal>
  );
}
