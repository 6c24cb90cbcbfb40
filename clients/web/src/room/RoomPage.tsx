// The page of one room: its lobby, the room, or why one is not in it.
import { useEffect, useRef, useState } from 'react';

import './room.css';

import { isInside } from '../commands/room_commands';
import { ParticipantStatus, type Room, RoomStatus } from '../gen/muster/v1/room_pb';
import { useEntity } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import type { Call } from './call_ports';
import { devicesAllowed, enter } from './enter';
import { InRoom } from './InRoom';
import { Lobby } from './Lobby';
import { ClosedRoom, Ended, LeftRoom, OtherRoom, RemovedFrom, UnknownRoom } from './Outside';
import type { RoomDialog } from './RoomDialogs';
import { useCall, useCallState } from './use_call';
import { useOwnStay } from './use_own_stay';

interface Props {
  roomId: string;
  /** Somebody asked to be in it: goes in as soon as that needs no question. */
  join: boolean;
  /** The wish was taken up, so that going back to the page is no new one. */
  onBegun: () => void;
  dialog: RoomDialog;
  onCloseDialog: () => void;
}

/** Its parts are laid out by the width that this page has. */
export function RoomPage(props: Props) {
  return (
    <div className="room-box">
      <Inner {...props} />
    </div>
  );
}

function Inner({ roomId, join, onBegun, dialog, onCloseDialog }: Props) {
  const { calls } = useApp();
  const room = useEntity('room', roomId);
  const call = useCall();
  const state = useCallState(call);
  const here = state?.roomId === roomId;
  const inside = here && isInside(state.phase);
  const [wasInside, setWasInside] = useState(false);
  if (inside && !wasInside) setWasInside(true);
  const [comesOver, setComesOver] = useState(false);
  useClearedEnd(roomId);

  if (!room) return <UnknownRoom opening={join} />;
  if (call && inside) {
    return (
      <InRoom room={room} call={call} state={state} dialog={dialog} onCloseDialog={onCloseDialog} />
    );
  }
  if (room.status === RoomStatus.CLOSED) return <ClosedRoom room={room} />;
  if (state && !here && isInside(state.phase) && !join && !comesOver) {
    return <OtherRoom room={room} roomId={state.roomId} onComeOver={() => setComesOver(true)} />;
  }
  // Whoever has just left is not led back in, with the camera's light on.
  if (wasInside && !here) return <LeftRoom room={room} onAgain={() => calls.open(roomId)} />;
  return <Entrance room={room} join={join || comesOver} onBegun={onBegun} />;
}

/** Whoever only looked in leaves the devices to others; and an end that was read here is told nowhere else. */
function useClearedEnd(roomId: string): void {
  const { calls } = useApp();
  useEffect(
    () => () => {
      const call = calls.current.get();
      const state = call?.state.get();
      if (!call || state?.roomId !== roomId) return;
      if (!isInside(state.phase) && state.phase !== 'joining') void call.leave();
    },
    [calls, roomId],
  );
}

interface EntranceProps {
  room: Room;
  join: boolean;
  onBegun: () => void;
}

/** On the way in: has the call of this room, in its lobby at first. */
function Entrance({ room, join, onBegun }: EntranceProps) {
  const { calls } = useApp();
  const current = useCall();
  const state = useCallState(current);
  const call = state?.roomId === room.id ? current : undefined;
  const begun = useRef<Call>(undefined);
  const removed = useOwnStay(room.id)?.status === ParticipantStatus.REMOVED;
  // Nobody who may not come in is asked for a camera, and nobody is led in by being readmitted.
  const [barred, setBarred] = useState(removed);
  if (removed && !barred) setBarred(true);
  useEffect(() => {
    if (calls.current.get()?.state.get().roomId !== room.id) calls.open(room.id);
  }, [calls, room.id]);
  useEffect(() => {
    if (!call || barred || begun.current === call || call.state.get().phase !== 'lobby') return;
    begun.current = call;
    void begin(call, join);
    if (join) onBegun();
  }, [call, join, barred, onBegun]);
  if (!call || !state) return null;
  if (state.phase === 'lobby' && barred) {
    const again = () => {
      begun.current = call;
      setBarred(false);
      void enter(call);
    };
    return <RemovedFrom room={room} onAgain={removed ? undefined : again} />;
  }
  if (state.phase === 'lobby') return <Lobby room={room} call={call} state={state} />;
  return <Ended room={room} call={call} state={state} />;
}

async function begin(call: Call, join: boolean): Promise<void> {
  if (!(await devicesAllowed(navigator.permissions))) return;
  if (join) await enter(call);
  else await call.openDevices();
}
