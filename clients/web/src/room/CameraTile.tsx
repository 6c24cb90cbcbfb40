// A camera that was put into the room: its picture with its age, and the way to take it out.
import { useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import { Picture } from '../ui/VideoTile';
import type { RemoteMedia } from './call_ports';

export function CameraTile({ media }: { media: RemoteMedia }) {
  const { acts } = useApp();
  const { t } = useText();
  const participant = useEntity('participant', media.participantId);
  const name = participant?.name ?? '';
  return (
    <figure className="tile room-camera" aria-label={t('tile.label', { name })}>
      <Picture key={media.streamId} viewer={media.viewer} name={name} />
      {participant && (
        <button
          type="button"
          className="on-tile"
          aria-label={t('room.camera.take_out', { name })}
          title={t('room.camera.take_out', { name })}
          onClick={() => void acts.removeParticipant(participant)}
        >
          {'✕'}
        </button>
      )}
    </figure>
  );
}
