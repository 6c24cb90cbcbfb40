// The wiring, and nothing else: every long-lived object of a page, in the order of their lifetimes.
import type { Transport } from '@connectrpc/connect';

import { BuildWatch } from './base/build_watch';
import { type Clock, systemClock } from './base/clock';
import { hubTransport } from './base/hub';
import { isUnreachable, type Refusal } from './base/refusal';
import { Session } from './base/session';
import { type KeyValues, localValues, sessionValues } from './base/storage';
import type { Readable } from './base/value';
import { isWriting } from './commands/keys';
import type { FieldParts } from './field/field_context';
import { makeField } from './field/make_field';
import { type Language, setLanguage, startLanguage } from './i18n/text';
import { browserViewerPorts } from './media/browser_ports';
import { Viewers } from './media/viewers';
import { Acts } from './outbox/acts';
import { browserBell, browserLock, sendBy } from './outbox/browser_ports';
import { IndexedDbActStore } from './outbox/indexed_db_store';
import { Outbox } from './outbox/outbox';
import type { LinkState } from './picture/link_state';
import { Mirror } from './picture/mirror';
import { PictureLink } from './picture/picture_link';
import type { Calls } from './room/call_ports';
import type { RoomCalls } from './room/calls';
import { makeCalls } from './room/make_calls';
import { openWorker } from './worker/open';
import { holdWindow } from './worker/window_life';

export type Face = 'console' | 'field';

/** What the parts of a page may use; components get it from useApp(). */
export interface App {
  face: Face;
  clock: Clock;
  storage: KeyValues;
  session: Session;
  /** For queries; what changes something goes through `acts`. */
  transport: Transport;
  mirror: Mirror;
  link: Readable<LinkState>;
  outbox: Outbox;
  acts: Acts;
  viewers: Viewers;
  calls: Calls;
  /** On the field page only. */
  field: FieldParts | undefined;
  chooseLanguage: (language: Language) => void;
}

export function makeApp(face: Face): App {
  const clock = systemClock;
  const storage = localValues;
  startLanguage(storage);

  const session = new Session(storage);
  const transport = hubTransport(location.origin, {
    token: session.token,
    refused: session.expire,
  });
  session.connect(transport);

  const mirror = new Mirror();
  const link = new PictureLink({
    face,
    clock,
    mirror,
    session,
    open: openWorker,
    life: holdWindow(),
  });

  const personId = () => session.current.get()?.person.id;
  const outbox = new Outbox({
    store: new IndexedDbActStore(),
    lock: browserLock('muster-outbox'),
    bell: browserBell('muster-outbox'),
    send: sendBy(transport),
    clock,
    random: Math.random,
    person: personId,
  });
  const clockOffsetMs = () => link.state.get().clockOffsetMs;
  const acts = new Acts(outbox, clock, personId, clockOffsetMs);

  const field =
    face === 'field'
      ? makeField({ clock, session, transport, mirror, outbox, acts, clockOffsetMs })
      : undefined;
  const viewers = new Viewers(browserViewerPorts(session, mirror));
  const calls = makeCalls({
    clock,
    storage: sessionValues,
    session,
    transport,
    mirror,
    viewers,
    outbox,
    acts,
  });
  addEventListener('pagehide', () => {
    calls.closeAll();
    viewers.closeAll();
  });
  // A page that comes back from the browser's cache has lost its connections.
  addEventListener('pageshow', ({ persisted }) => {
    if (persisted) location.reload();
  });

  session.current.subscribe(() => outbox.flush());
  link.onLive(() => outbox.flush());
  const builds = new BuildWatch({
    clock,
    storage: sessionValues,
    reload: () => location.reload(),
    isBusy: () => isWriting(document.activeElement) || calls.isBusy(),
  });
  link.state.subscribe(() => builds.note(link.state.get().build));
  if (field) doubtWithoutAnswer(link, outbox, field);
  link.start();
  followLogIn(session, calls);
  // Whether a stream's node is there says when it has to be asked again; a phone hears of it only while it needs it.
  const needStreams = () => link.need(calls.current.get() ? ['streamHealth'] : []);
  calls.current.subscribe(needStreams);
  needStreams();
  outbox.flush();

  return {
    face,
    clock,
    storage,
    session,
    transport,
    mirror,
    link: link.state,
    outbox,
    acts,
    viewers,
    calls,
    field,
    chooseLanguage: (language) => setLanguage(storage, language),
  };
}

/** A call is one person's. */
function followLogIn(session: Session, calls: RoomCalls): void {
  const personId = () => session.current.get()?.person.id;
  let person = personId();
  session.current.subscribe(() => {
    if (personId() !== person) calls.forget();
    person = personId();
  });
  if (person !== undefined) calls.resume();
}

/** A phone hears rarely from the hub: whether its own calls are answered says sooner that the hub is away. */
function doubtWithoutAnswer(link: PictureLink, outbox: Outbox, { locator }: FieldParts): void {
  const heard = (trouble: Refusal | undefined) => {
    if (!navigator.onLine || (trouble && isUnreachable(trouble))) link.doubt();
    else link.trust();
  };
  outbox.trouble.subscribe(() => heard(outbox.trouble.get()));
  let last = locator.state.get();
  locator.state.subscribe(() => {
    const now = locator.state.get();
    if (now.trouble !== last.trouble || now.sentAtMs !== last.sentAtMs) heard(now.trouble);
    last = now;
  });
  addEventListener('offline', () => link.doubt());
  addEventListener('online', () => outbox.flush());
}
