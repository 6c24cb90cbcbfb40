// What is not well in the room just now, each with the one thing that helps.
import { IncidentStatus } from '../gen/muster/v1/incident_pb';
import { StreamState } from '../gen/muster/v1/live_pb';
import { type Room } from '../gen/muster/v1/room_pb';
import { clockText, toMs } from '../base/time';
import { useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { ActButton } from '../ui/ActButton';
import { useHubNow } from '../ui/hub_now';
import { CamerasOut } from './CamerasOut';
import type { Call, CallState } from './call_ports';
import { useOwnName } from './use_own_name';

interface Props {
  room: Room;
  call: Call;
  state: CallState;
}

export function Notices({ room, call, state }: Props) {
  const { t } = useText();
  const own = useEntity('participant', state.participantId);
  const ownName = useOwnName();
  const noNode = useNoNode(own?.streamId ?? '');
  const mutedByOther = own?.muted === true && own.mutedById !== '' && own.mutedById !== ownName.id;
  return (
    <div className="notices" role="status">
      {state.soundBlocked && (
        <p className="late-line row">
          <span className="grow">{t('room.notice.sound_blocked')}</span>
          <button type="button" className="quiet-button" onClick={() => call.playSound()}>
            {t('room.notice.play_sound')}
          </button>
        </p>
      )}
      {state.phase === 'reconnecting' && (
        <p className="late-line">{t('room.notice.reconnecting')}</p>
      )}
      {noNode && <p className="late-line">{t('room.notice.no_node')}</p>}
      {state.phase === 'in' && state.sending === 'broken' && (
        <p className="late-line">{t('room.notice.not_sending')}</p>
      )}
      {mutedByOther && (
        <p className="late-line row">
          <span className="grow">
            {t('room.notice.muted_by', {
              who: own.mutedById === room.chairId ? room.chairName : t('room.notice.admin'),
            })}
          </span>
          <button type="button" className="quiet-button" onClick={() => call.setMuted(false)}>
            {t('room.unmute')}
          </button>
        </p>
      )}
      <IncidentClosed room={room} />
      <CamerasOut room={room} />
      <CloseDue room={room} />
    </div>
  );
}

/** The media service knows nothing of the stream since it is away. */
export function useNoNode(streamId: string): boolean {
  return useEntity('streamHealth', streamId)?.state === StreamState.NO_NODE;
}

/** What the room is about is over; whoever may close the room can do so here. */
function IncidentClosed({ room }: { room: Room }) {
  const { t } = useText();
  const incident = useEntity('incident', room.incidentId);
  if (incident?.status !== IncidentStatus.CLOSED) return null;
  return (
    <p className="row">
      <span className="grow">{t('room.notice.incident_closed', { number: incident.number })}</span>
      <ActButton command="room.close" />
    </p>
  );
}

/** Nobody is in it, as the hub sees it: says when it closes. */
export function CloseDue({ room }: { room: Room }) {
  const { t } = useText();
  const nowMs = useHubNow();
  const dueMs = toMs(room.closeDue);
  if (dueMs === undefined) return null;
  return <p className="muted num">{t('room.close_due', { clock: clockText(dueMs, nowMs) })}</p>;
}
