// Closed rooms, newest first; one opens to who was in it from when to when.
import { useCallback, useEffect, useState } from 'react';

import type { Refusal } from '../base/refusal';
import type { Result } from '../base/result';
import { clockText, toMs } from '../base/time';
import type { Room } from '../gen/muster/v1/room_pb';
import { useText } from '../i18n/text';
import { useIds } from '../picture/hooks';
import { useApp } from '../ui/app_context';
import { listOldRooms, listStays } from './old_rooms';
import { Stays } from './RoomLog';

export function OldRooms() {
  const { transport } = useApp();
  const { t, sayRefusal } = useText();
  // A room that closes leaves this list, which is when the other one has one more.
  const open = useIds('rooms.open');
  const answer = useAnswer(
    useCallback((signal) => listOldRooms(transport, signal), [transport]),
    open,
  );
  return (
    <section aria-labelledby="old-rooms-title">
      <h2 id="old-rooms-title">{t('room.old')}</h2>
      {answer?.ok === false && <Trouble refusal={answer.refusal} say={sayRefusal} />}
      {answer?.ok && answer.value.length === 0 && <p className="muted">{t('room.old_none')}</p>}
      {answer?.ok && (
        <ul className="old-rooms">
          {answer.value.map((room) => (
            <OldRoom key={room.id} room={room} />
          ))}
        </ul>
      )}
    </section>
  );
}

function OldRoom({ room }: { room: Room }) {
  const { t } = useText();
  const { clock } = useApp();
  const [shown, setShown] = useState(false);
  const at = (time: Room['openedAt']) => clockText(toMs(time) ?? 0, clock.now());
  return (
    <li>
      <button
        type="button"
        className="old-room"
        aria-expanded={shown}
        onClick={() => setShown(!shown)}
      >
        <span aria-hidden="true">{shown ? '▾' : '▸'}</span>
        <span className="grow cut">{room.title}</span>
        <span className="muted num">
          {t('room.from_to', { from: at(room.openedAt), to: at(room.closedAt) })}
        </span>
      </button>
      {shown && <WhoWasIn room={room} />}
    </li>
  );
}

function WhoWasIn({ room: { id: roomId, closedAt } }: { room: Room }) {
  const { transport } = useApp();
  const { t, sayRefusal } = useText();
  const answer = useAnswer(
    useCallback((signal) => listStays(transport, roomId, signal), [transport, roomId]),
    undefined,
  );
  if (!answer) return null;
  if (!answer.ok) return <Trouble refusal={answer.refusal} say={sayRefusal} />;
  if (answer.value.length === 0) return <p className="muted">{t('room.nobody_came')}</p>;
  return <Stays stays={answer.value} closedAt={closedAt} />;
}

function Trouble({ refusal, say }: { refusal: Refusal; say: (refusal: Refusal) => string }) {
  return (
    <p role="alert" className="late-line">
      {say(refusal)}
    </p>
  );
}

/** The last answer to a question that is asked anew whenever it, or what it depends on, changes. */
function useAnswer<T>(
  ask: (signal: AbortSignal) => Promise<Result<T>>,
  dependsOn: unknown,
): Result<T> | undefined {
  const [answer, setAnswer] = useState<Result<T>>();
  useEffect(() => {
    const abort = new AbortController();
    void ask(abort.signal).then((given) => {
      if (!abort.signal.aborted) setAnswer(given);
    });
    return () => abort.abort();
  }, [ask, dependsOn]);
  return answer;
}
