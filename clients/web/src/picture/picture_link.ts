// A window's end of the picture: asks the worker for the stream of who is logged in, feeds the mirror and
// knows how fresh it is. It judges silence by its own clock, since the worker may be gone too.
import { type Cancel, type Clock, every } from '../base/clock';
import type { Session } from '../base/session';
import { Value } from '../base/value';
import { ClientClass } from '../gen/muster/v1/picture_pb';
import type { Port, ToWindow, ToWorker } from '../worker/protocol';
import type { Kind } from './kinds';
import { type LinkState, noLink } from './link_state';
import type { Mirror } from './mirror';
import { silenceLimitMs } from './silence';

const lookEveryMs = 500;
/** A stream that is known to be broken for longer is not live, whatever the age of its last news. */
const brokenLimitMs = 3_000;

export type Face = 'console' | 'field';

interface View {
  clientClass: ClientClass;
  kinds: Kind[];
}

const views: Record<Face, View> = {
  console: { clientClass: ClientClass.CONSOLE, kinds: [] },
  // A phone's data is dear: what orders and rooms need, and nothing that moves all the time.
  field: {
    clientClass: ClientClass.PHONE,
    kinds: ['incident', 'team', 'order', 'room', 'participant', 'participantState'],
  },
};

export interface LinkPorts {
  face: Face;
  clock: Clock;
  mirror: Mirror;
  session: Session;
  open: (face: Face) => Port<ToWorker, ToWindow>;
  /** The lock that this window holds while it lives, once it does. */
  life: Promise<string>;
}

export class PictureLink {
  readonly state = new Value<LinkState>(noLink);
  private readonly view: View;
  private readonly liveListeners = new Set<() => void>();
  private port: Port<ToWorker, ToWindow> | undefined;
  private newsSteady = 0;
  private brokenSteady: number | undefined;
  private token: string | undefined;
  private needed: readonly Kind[] = [];

  constructor(private readonly ports: LinkPorts) {
    this.view = views[ports.face];
  }

  /** Answers how to end it. */
  start(): Cancel {
    const { open, face, session, clock, life } = this.ports;
    this.port = open(face);
    this.port.onMessage((message) => this.heard(message));
    void life.then((lock) => this.port?.post({ type: 'life', lock }));
    const stopWatching = session.current.subscribe(() => this.follow());
    const stopLooking = every(clock, lookEveryMs, () => this.look());
    this.follow();
    return () => {
      stopWatching();
      stopLooking();
    };
  }

  /** What has to be in the picture besides what the page shows otherwise; replaces what was needed before. */
  need(kinds: readonly Kind[]): void {
    const before = this.needed;
    this.needed = kinds;
    const same = kinds.length === before.length && kinds.every((kind) => before.includes(kind));
    if (!same && this.token !== undefined) this.ask(this.token);
  }

  /** Called every time that the picture becomes live. */
  onLive(listener: () => void): Cancel {
    this.liveListeners.add(listener);
    return () => this.liveListeners.delete(listener);
  }

  /** A call found no hub, or the device is offline: nothing is called live before something answers. */
  doubt(): void {
    const { phase } = this.state.get();
    if (phase === 'live' || phase === 'stale') this.change({ phase: 'stale', noAnswer: true });
  }

  /** The hub answered a call: what was live before the doubt is live still. */
  trust(): void {
    if (!this.state.get().noAnswer) return;
    this.change({ noAnswer: false });
    if (this.isOld()) return;
    this.change({ phase: 'live' });
    for (const listener of this.liveListeners) listener();
  }

  private follow(): void {
    const token = this.ports.session.token();
    const before = this.token;
    if (token === before) return;
    this.token = token;
    if (token === undefined) {
      if (before !== undefined) this.port?.post({ type: 'close', token: before });
      this.ports.mirror.apply({ reset: true, upserts: [], removals: [] });
      this.state.set(noLink);
      return;
    }
    this.change({ phase: 'connecting' });
    this.ask(token);
  }

  private ask(token: string): void {
    const { clientClass, kinds } = this.view;
    // Without any, a view is of all kinds.
    const wanted = kinds.length === 0 ? [] : [...kinds, ...this.needed];
    this.port?.post({ type: 'open', token, clientClass, kinds: wanted });
  }

  private heard(message: ToWindow): void {
    switch (message.type) {
      case 'update':
        this.ports.mirror.apply(message.update);
        return;
      case 'news':
        this.noteNews(message);
        return;
      case 'lost':
        // Nobody sees a quick resume; the silence after a longer break says what it is.
        this.brokenSteady ??= this.ports.clock.steady();
        this.change({ trouble: message.refusal });
        return;
      case 'unauthenticated':
        this.ports.session.expire(message.token);
        return;
    }
  }

  private noteNews({ ageMs, beat }: Extract<ToWindow, { type: 'news' }>): void {
    if (this.token === undefined) return;
    const before = this.state.get().phase;
    this.newsSteady = this.ports.clock.steady() - ageMs;
    this.brokenSteady = undefined;
    const newsAtMs = this.ports.clock.now() - ageMs;
    this.change({ phase: 'live', newsAtMs, noAnswer: false, trouble: undefined, ...beat });
    if (before === 'live') return;
    for (const listener of this.liveListeners) listener();
  }

  private look(): void {
    if (this.state.get().phase === 'live' && this.isOld()) this.change({ phase: 'stale' });
  }

  private isOld(): boolean {
    const now = this.ports.clock.steady();
    const silent = now - this.newsSteady > silenceLimitMs(this.view.clientClass);
    const broken = this.brokenSteady !== undefined && now - this.brokenSteady > brokenLimitMs;
    return silent || broken;
  }

  private change(change: Partial<LinkState>): void {
    this.state.set({ ...this.state.get(), ...change });
  }
}
