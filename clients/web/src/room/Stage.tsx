// Cameras large, people below them; people alone fill the place. A tile keeps its identity whoever comes or goes.
import { useValue } from '../base/value';
import type { Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import type { Call, CallState } from './call_ports';
import { CameraTile } from './CameraTile';
import { OwnTile } from './OwnTile';
import { PersonTile } from './PersonTile';
import { peopleShare, tileStyle } from './tile_grid';
import { useOwnName } from './use_own_name';

interface Props {
  room: Room;
  call: Call;
  state: CallState;
}

export function Stage({ room, call, state }: Props) {
  const { t } = useText();
  const others = useValue(call.others);
  const participants = useEntities('participant', `participants.room/${room.id}`);
  const own = useOwnName();
  const cameraIds = new Set(participants.filter((it) => it.cameraId !== '').map((it) => it.id));
  const cameras = others.filter(({ participantId }) => cameraIds.has(participantId));
  const people = others.filter(({ participantId }) => !cameraIds.has(participantId));
  const shown = people.length + 1;
  return (
    <section
      className={`stage ${cameras.length > 0 ? 'with-cameras' : ''}`}
      style={{ '--people-share': peopleShare(shown) } as React.CSSProperties}
      aria-label={t('room.stage')}
    >
      {cameras.length > 0 && (
        <div className="tiles cameras" style={tileStyle(cameras.length)}>
          {cameras.map((media) => (
            <CameraTile key={media.participantId} media={media} />
          ))}
        </div>
      )}
      <div className="tiles people" data-count={shown} style={tileStyle(shown)}>
        {people.map((media) => (
          <PersonTile key={media.participantId} media={media} chairId={room.chairId} />
        ))}
        <OwnTile call={call} state={state} name={own.name} chair={own.id === room.chairId} />
      </div>
      {others.length === 0 && (
        <p className="alone">{t(room.incidentId === '' ? 'room.alone' : 'room.alone_incident')}</p>
      )}
    </section>
  );
}
