// Not in the room: says plainly why, with the one button that helps.
import type { ReactNode } from 'react';

import { ParticipantStatus, type Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useEntities } from '../picture/derived';
import { useEntity } from '../picture/hooks';
import type { Call, CallState } from './call_ports';
import { Stays } from './RoomLog';
import { RoomTitle } from './RoomTitle';
import { useRoomNav } from './room_nav';
import { useOwnStay } from './use_own_stay';

interface Props {
  title: ReactNode;
  text: string;
  act?: { word: string; run: () => void } | undefined;
  children?: ReactNode;
}

export function Outside({ title, text, act, children }: Props) {
  const { t } = useText();
  const { toRooms } = useRoomNav();
  return (
    <main className="lobby">
      <header className="room-head">{title}</header>
      <div className="outside">
        <p role="status">{text}</p>
        <div className="row wrap">
          {act && (
            <button type="button" className="act-button primary" onClick={act.run}>
              {act.word}
            </button>
          )}
          <button type="button" className="quiet-button" onClick={toRooms}>
            {t('room.to_rooms')}
          </button>
        </div>
        {children}
      </div>
    </main>
  );
}

/** Just opened here, or long gone. */
export function UnknownRoom({ opening }: { opening: boolean }) {
  const { t } = useText();
  return opening ? (
    <Outside title={<h2>{t('room.title')}</h2>} text={t('room.opening')} />
  ) : (
    <Outside title={<h2>{t('room.unknown')}</h2>} text={t('room.unknown_why')} />
  );
}

export function ClosedRoom({ room }: { room: Room }) {
  const { t } = useText();
  const stays = useEntities('participant', `stays.room/${room.id}`);
  const closer = useEntity('person', room.closedById);
  const by =
    room.closedById === ''
      ? t('room.closed_by_hub')
      : t('room.closed_by', {
          who:
            closer?.post ||
            closer?.name ||
            (room.closedById === room.chairId ? room.chairName : t('room.notice.admin')),
        });
  return (
    <Outside title={<RoomTitle room={room} />} text={by}>
      <h3>{t('room.who_was_in')}</h3>
      {stays.length === 0 ? (
        <p className="muted">{t('room.nobody_came')}</p>
      ) : (
        <Stays stays={stays} closedAt={room.closedAt} />
      )}
    </Outside>
  );
}

interface OtherProps {
  room: Room;
  /** Of the room that one is in. */
  roomId: string;
  onComeOver: () => void;
}

/** In a call in another room: going in here leaves that one. */
export function OtherRoom({ room, roomId, onComeOver }: OtherProps) {
  const { t } = useText();
  const other = useEntity('room', roomId);
  return (
    <Outside
      title={<RoomTitle room={room} />}
      text={t('room.other', { title: other?.title ?? '' })}
      act={{ word: t('room.other_leave'), run: onComeOver }}
    />
  );
}

export function LeftRoom({ room, onAgain }: { room: Room; onAgain: () => void }) {
  const { t } = useText();
  return (
    <Outside
      title={<RoomTitle room={room} />}
      text={t('room.ended.left')}
      act={{ word: t('room.join_again'), run: onAgain }}
    />
  );
}

interface RemovedProps {
  room: Room;
  /** Once one was let in again. */
  onAgain: (() => void) | undefined;
}

/** Sent out by the chair: until one is let in again there is nothing to press. */
export function RemovedFrom({ room, onAgain }: RemovedProps) {
  const { t } = useText();
  return (
    <Outside
      title={<RoomTitle room={room} />}
      text={t(onAgain ? 'room.ended.readmitted' : 'room.ended.removed', { chair: room.chairName })}
      act={onAgain && { word: t('room.join_again'), run: onAgain }}
    />
  );
}

interface EndedProps {
  room: Room;
  call: Call;
  state: CallState;
}

/** The call in this room came to an end, or did not begin. */
export function Ended({ room, call, state }: EndedProps) {
  const words = useText();
  const { t } = words;
  // Whoever was refused at the door has no participant in this call.
  const own = useOwnStay(room.id);
  const readmitted = own !== undefined && own.status !== ParticipantStatus.REMOVED;
  const join = () => void call.join();
  const { toRooms } = useRoomNav();
  const giveUp = () => {
    void call.leave();
    toRooms();
  };
  const title = <RoomTitle room={room} />;
  switch (state.phase) {
    case 'elsewhere':
      return (
        <Outside
          title={title}
          text={t('room.ended.elsewhere')}
          act={{ word: t('room.ended.take_over'), run: () => void call.takeOver() }}
        />
      );
    case 'removed':
      return <RemovedFrom room={room} onAgain={readmitted ? join : undefined} />;
    case 'closed':
      return <ClosedRoom room={room} />;
    case 'refused':
      return (
        <Outside
          title={title}
          text={state.refusal ? words.sayRefusal(state.refusal) : t('room.ended.refused')}
          act={{ word: t('tile.retry'), run: join }}
        />
      );
    case 'joining':
      return (
        <Outside
          title={title}
          text={state.refusal ? words.sayRefusal(state.refusal) : t('room.joining')}
          act={{ word: t('room.ended.give_up'), run: giveUp }}
        />
      );
    case 'lobby':
    case 'left':
    case 'in':
    case 'reconnecting':
      return null;
  }
}
