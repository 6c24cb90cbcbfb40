// A camera that was put into the room: its picture with its age, and what can be done with it.
import { useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { Picture } from '../ui/VideoTile';
import { CameraMenu } from './CameraMenu';
import type { RemoteMedia } from './call_ports';

export function CameraTile({ media }: { media: RemoteMedia }) {
  const { t } = useText();
  const participant = useEntity('participant', media.participantId);
  const name = participant?.name ?? '';
  return (
    <figure className="tile room-camera" aria-label={t('tile.label', { name })}>
      <Picture key={media.streamId} viewer={media.viewer} name={name} />
      {participant && <CameraMenu participant={participant} className="on-tile" />}
    </figure>
  );
}
