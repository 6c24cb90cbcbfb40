// The call while one looks at something else: which room, whether one is heard, the way back and the way out. It
// stands on every page but the room's own.
import './room.css';

import { useCommands } from '../commands/command_context';
import { isInside } from '../commands/room_commands';
import { type TextKey, useText } from '../i18n/text';
import { useEntity } from '../picture/hooks';
import { keysText } from '../ui/keys_text';
import type { Call, CallPhase, CallState } from './call_ports';
import { MicrophoneSign } from './marks';
import { useRoomNav } from './room_nav';
import { useCall, useCallState } from './use_call';

/** `onPage` is the room whose page is open; empty for none. */
export function CallBar({ onPage }: { onPage: string }) {
  const call = useCall();
  const state = useCallState(call);
  if (!call || !state || state.roomId === onPage) return null;
  if (isInside(state.phase) || state.phase === 'joining')
    return <Running call={call} state={state} />;
  const why = endedText[state.phase];
  return why ? <Over state={state} why={why} onRead={() => void call.leave()} /> : null;
}

/** What has to be told of a call that one is not looking at. */
const endedText: Record<CallPhase, TextKey | undefined> = {
  lobby: undefined,
  joining: undefined,
  in: undefined,
  reconnecting: undefined,
  left: undefined,
  elsewhere: 'room.bar.elsewhere',
  removed: 'room.bar.removed',
  closed: 'room.bar.closed',
  refused: 'room.bar.refused',
};

function Running({ call, state }: { call: Call; state: CallState }) {
  const { t } = useText();
  const room = useEntity('room', state.roomId);
  const { toRoom } = useRoomNav();
  const microphoneOn = state.microphone.phase === 'on';
  // The devices are on already, and one is in as soon as the hub answers.
  const joining = state.phase === 'joining';
  const title = room?.title ?? '';
  return (
    <section className="call-bar" aria-label={t('room.bar.call')}>
      <span aria-hidden="true">●</span>
      <strong className="cut">
        {t(joining ? 'room.bar.joining' : 'room.bar.in_room', { title })}
      </strong>
      {state.phase === 'reconnecting' && (
        <span className="late">{t('room.notice.reconnecting_short')}</span>
      )}
      <span className="grow" />
      {state.soundBlocked && (
        <button type="button" className="quiet-button" onClick={() => call.playSound()}>
          {t('room.notice.play_sound')}
        </button>
      )}
      {microphoneOn ? (
        <button
          type="button"
          className={`quiet-button ${state.muted ? 'late' : ''}`}
          onClick={() => call.setMuted(!state.muted)}
        >
          <MicrophoneSign off={state.muted} />{' '}
          {t(state.muted ? 'room.bar.unmute' : 'room.bar.mute')} <Keys command="room.microphone" />
        </button>
      ) : (
        <span className="muted">{t('room.bar.listening')}</span>
      )}
      <button type="button" className="act-button" onClick={() => toRoom(state.roomId, false)}>
        {t('room.bar.back')} <Keys command="room.back" />
      </button>
      <button type="button" className="quiet-button" onClick={() => void call.leave()}>
        {t(joining ? 'room.ended.give_up' : 'command.room.leave')}
      </button>
    </section>
  );
}

function Keys({ command: id }: { command: string }) {
  const { commands, scene } = useCommands();
  const command = commands.get(id);
  if (!command?.keys || !command.available(scene)) return null;
  return <kbd className="key">{keysText(command.keys)}</kbd>;
}

interface OverProps {
  state: CallState;
  why: TextKey;
  onRead: () => void;
}

function Over({ state, why, onRead }: OverProps) {
  const { t } = useText();
  const room = useEntity('room', state.roomId);
  const { toRoom } = useRoomNav();
  return (
    <section className="call-bar over" role="alert" aria-label={t('room.bar.call')}>
      <strong className="grow">{t(why, { title: room?.title ?? '' })}</strong>
      <button type="button" className="quiet-button" onClick={() => toRoom(state.roomId, false)}>
        {t('room.bar.show')}
      </button>
      <button type="button" className="quiet-button" onClick={onRead}>
        {t('outbox.dismiss')}
      </button>
    </section>
  );
}
