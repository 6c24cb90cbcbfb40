// The room itself: who is in it, beside it what is known of it, below it what one can do.
import { useState } from 'react';

import type { Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useIds } from '../picture/hooks';
import type { Call, CallState } from './call_ports';
import { Notices } from './Notices';
import { People } from './People';
import { RoomBar } from './RoomBar';
import { type RoomDialog, RoomDialogs } from './RoomDialogs';
import { Before, RoomLog } from './RoomLog';
import { RoomTitle } from './RoomTitle';
import { Stage } from './Stage';
import { useHeadCount } from './use_head_count';
import { usePushToTalk } from './use_push_to_talk';

interface Props {
  room: Room;
  call: Call;
  state: CallState;
  dialog: RoomDialog;
  onCloseDialog: () => void;
}

export function InRoom({ room, call, state, dialog, onCloseDialog }: Props) {
  const { t } = useText();
  const cameras = useIds('cameras').length > 0;
  const { people } = useHeadCount(room.id);
  // On a phone the list lies over the room.
  const [listed, setListed] = useState(false);
  usePushToTalk(call);
  return (
    <main className={`room ${listed ? 'listed' : ''}`}>
      <header className="room-head">
        <RoomTitle room={room} />
      </header>
      <Notices room={room} call={call} state={state} />
      <div className="room-stage">
        <Stage room={room} call={call} state={state} />
      </div>
      <aside className="room-side" aria-label={t('room.side')}>
        <People room={room} />
        <RoomLog room={room} />
        <Before room={room} />
      </aside>
      <RoomBar state={state} cameras={cameras}>
        <button
          type="button"
          className="toggle only-narrow"
          aria-expanded={listed}
          onClick={() => setListed(!listed)}
        >
          {t('room.bar.people')} <span className="num">{people}</span>
        </button>
      </RoomBar>
      <RoomDialogs room={room} call={call} state={state} dialog={dialog} onClose={onCloseDialog} />
    </main>
  );
}
