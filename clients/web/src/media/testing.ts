// Fakes with levers for the media client: peer connections and the hub's HTTP side.
import type { Player } from './loudspeaker';
import type { Ears } from './meter';
import type { Answer, Http, Peer } from './ports';
import type { LightPort } from './screen_light';

type Listener = (event: never) => void;

export class FakeSender {
  codecs: string[] = [];

  constructor(
    readonly kind: string,
    public track: MediaStreamTrack | null,
    readonly init: RTCRtpTransceiverInit,
  ) {}

  replaceTrack(track: MediaStreamTrack | null): Promise<void> {
    this.track = track;
    return Promise.resolve();
  }
}

export class FakePeer {
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: RTCSessionDescription | null = null;
  answer = '';
  closed = false;
  /** The other end has said goodbye. */
  ended = false;
  readonly senders: FakeSender[] = [];
  /** What getStats() says, by type. */
  stats: Partial<Record<RTCStatsType, Record<string, number>>> = {};
  /** Of the sound that comes; undefined when the packets do not say. */
  level: number | undefined;
  /** What it wants to receive. */
  private readonly kinds: string[] = [];
  private readonly listeners = new Map<string, Listener[]>();

  addTransceiver(
    trackOrKind: MediaStreamTrack | string,
    init: RTCRtpTransceiverInit = {},
  ): RTCRtpTransceiver {
    const kind = typeof trackOrKind === 'string' ? trackOrKind : trackOrKind.kind;
    if (init.direction === 'recvonly') this.kinds.push(kind);
    const sender = new FakeSender(kind, typeof trackOrKind === 'string' ? null : trackOrKind, init);
    this.senders.push(sender);
    return {
      sender,
      setCodecPreferences: (codecs: RTCRtpCodec[]) => {
        sender.codecs = codecs.map(({ mimeType }) => mimeType);
      },
    } as unknown as RTCRtpTransceiver;
  }

  getReceivers(): RTCRtpReceiver[] {
    const level = this.level;
    const sources = level === undefined ? [] : [{ audioLevel: level }];
    const transport = { state: this.ended ? 'closed' : 'connected' };
    return this.senders.map(({ kind }) => {
      const receiver = { track: { kind }, transport, getSynchronizationSources: () => sources };
      return receiver as unknown as RTCRtpReceiver;
    });
  }

  getStats(): Promise<RTCStatsReport> {
    const stats = Object.entries(this.stats).map(([type, values]) => ({ type, ...values }));
    return Promise.resolve(stats as unknown as RTCStatsReport);
  }

  createOffer(): Promise<RTCSessionDescriptionInit> {
    const sound = this.kinds.includes('audio') ? 'm=audio 9 UDP 111\r\na=mid:1\r\n' : '';
    const sdp = `v=0\r\nm=video 9 UDP 96\r\na=mid:0\r\na=ice-ufrag:uf\r\na=ice-pwd:pw\r\n${sound}`;
    return Promise.resolve({ type: 'offer', sdp });
  }

  setLocalDescription(description: RTCSessionDescription): Promise<void> {
    this.localDescription = description;
    return Promise.resolve();
  }

  setRemoteDescription({ sdp }: RTCSessionDescriptionInit): Promise<void> {
    this.answer = sdp ?? '';
    for (const kind of this.kinds)
      this.emit('track', { track: { kind }, streams: [{ of: this.answer }] });
    return Promise.resolve();
  }

  addEventListener(type: string, listener: Listener): void {
    this.listeners.set(type, [...(this.listeners.get(type) ?? []), listener]);
  }

  close(): void {
    this.closed = true;
  }

  become(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.emit('connectionstatechange', {});
  }

  find(candidate: string): void {
    this.emit('icecandidate', { candidate: { candidate } });
  }

  private emit(type: string, event: object): void {
    for (const listener of this.listeners.get(type) ?? []) listener(event as never);
  }
}

export class FakePeers {
  readonly all: FakePeer[] = [];

  make = (): Peer => {
    const peer = new FakePeer();
    this.all.push(peer);
    return peer as unknown as Peer;
  };

  get last(): FakePeer {
    const peer = this.all.at(-1);
    if (!peer) throw new Error('no peer was made');
    return peer;
  }
}

export interface Asked {
  method: string;
  path: string;
  body: string | undefined;
  ticket?: string;
  signal?: AbortSignal;
}

/** WHEP and WHIP. */
export class FakeWhep {
  readonly asked: Asked[] = [];
  /** Of POST; a number answers with that status. */
  next: 'ok' | 'unreachable' | number = 'ok';
  /** Body of a refusal. */
  problem = '';
  /** While it is set nothing is answered. */
  held = false;
  private sessions = 0;

  http: Http = (path, { method, body, ticket, signal }) => {
    const asked = { ...(ticket === undefined ? {} : { ticket }), ...(signal ? { signal } : {}) };
    this.asked.push({ method, path, body, ...asked });
    if (this.held) return new Promise(() => undefined);
    if (this.next === 'unreachable') return Promise.reject(new TypeError('Failed to fetch'));
    if (method !== 'POST') return Promise.resolve(answer(200));
    if (this.next !== 'ok') return Promise.resolve(answer(this.next, '', this.problem));
    const name = `s${++this.sessions}`;
    const place = path.split('/')[1] ?? '';
    return Promise.resolve(answer(201, `/${place}/sessions/${name}`, `answer of ${name}`));
  };

  of(method: string): Asked[] {
    return this.asked.filter((asked) => asked.method === method);
  }
}

const answer = (status: number, location = '', text = ''): Answer => ({ status, location, text });

export class FakeTrack {
  enabled = true;
  stopped = false;
  private ended: (() => void) | undefined;

  constructor(
    readonly kind: 'audio' | 'video',
    readonly label: string,
  ) {}

  stop(): void {
    this.stopped = true;
  }

  addEventListener(_type: 'ended', listener: () => void): void {
    this.ended = listener;
  }

  /** Somebody pulls the plug. */
  unplug(): void {
    this.ended?.();
  }
}

/** The devices of a browser, and what it says when it is asked for them. */
export class FakeMedia {
  /** Every question, in order: "audio video". */
  readonly asked: string[] = [];
  readonly tracks: FakeTrack[] = [];
  /** Names of DOMExceptions; a device without one works. */
  trouble: { audio?: string; video?: string } = {};
  /** What there is, for enumerateDevices(). */
  present: { kind: MediaDeviceKind; deviceId: string; label: string }[] = [];
  private held: (() => void)[] | undefined;

  /** Leaves the browser's question on the screen until release(). */
  hold(): void {
    this.held = [];
  }

  release(): void {
    const held = this.held ?? [];
    this.held = undefined;
    for (const go of held) go();
  }

  getUserMedia = async (wanted: MediaStreamConstraints = {}): Promise<MediaStream> => {
    const kinds = (['audio', 'video'] as const).filter((kind) => wanted[kind]);
    this.asked.push(kinds.map((kind) => `${kind}${idOf(wanted[kind])}`).join(' '));
    const held = this.held;
    if (held) await new Promise<void>((resolve) => held.push(resolve));
    const name = kinds.map((kind) => this.troubleOf(kind, wanted)).find((it) => it !== undefined);
    if (name === 'TypeError') throw new TypeError('no');
    if (name !== undefined) throw new DOMException('no', name);
    const tracks = kinds.map((kind) => new FakeTrack(kind, `${kind} device`));
    this.tracks.push(...tracks);
    const of = (kind: string) => tracks.filter((track) => track.kind === kind);
    return {
      getTracks: () => tracks,
      getAudioTracks: () => of('audio'),
      getVideoTracks: () => of('video'),
    } as unknown as MediaStream;
  };

  enumerateDevices = (): Promise<MediaDeviceInfo[]> =>
    Promise.resolve(this.present as MediaDeviceInfo[]);

  private troubleOf(kind: 'audio' | 'video', wanted: MediaStreamConstraints): string | undefined {
    const id = idOf(wanted[kind]).slice(1);
    const known = this.present.length === 0 || this.present.some((it) => it.deviceId === id);
    return id === '' || known ? this.trouble[kind] : 'OverconstrainedError';
  }

  /** The newest of a kind. */
  last(kind: 'audio' | 'video'): FakeTrack {
    const track = this.tracks.filter((it) => it.kind === kind).at(-1);
    if (!track) throw new Error(`no ${kind} was opened`);
    return track;
  }
}

const idOf = (wanted: MediaTrackConstraints | boolean | undefined): string => {
  const id =
    typeof wanted === 'object' ? (wanted.deviceId as { exact: string } | undefined) : undefined;
  return id ? `=${id.exact}` : '';
};

/** Elements that play sound; the browser may want a click first. */
export class FakePlayers {
  wantsClick = false;
  readonly playing = new Set<MediaStream>();

  make = (): Player => {
    let current: MediaStream | undefined;
    return {
      play: (stream) => {
        if (this.wantsClick) return Promise.reject(new DOMException('click', 'NotAllowedError'));
        current = stream;
        this.playing.add(stream);
        return Promise.resolve();
      },
      close: () => {
        if (current) this.playing.delete(current);
      },
    };
  };
}

export class FakeEars implements Ears {
  /** What every microphone hears. */
  loudness = 0;

  listen(): { level: () => number; close: () => void } {
    return { level: () => this.loudness, close: () => undefined };
  }

  resume(): void {
    // It never sleeps.
  }

  close(): void {
    // It has nothing open.
  }
}

/** The screen of a phone. */
export class FakeLight implements LightPort {
  asked = 0;
  refuses = false;
  private readonly holding = new Set<object>();
  private readonly listeners = new Set<() => void>();

  request = (): Promise<{ release: () => Promise<void> }> => {
    this.asked += 1;
    if (this.refuses) return Promise.reject(new DOMException('no', 'NotAllowedError'));
    const one = {
      release: () => {
        this.holding.delete(one);
        return Promise.resolve();
      },
    };
    this.holding.add(one);
    return Promise.resolve(one);
  };

  onSeen = (run: () => void) => {
    this.listeners.add(run);
    return () => this.listeners.delete(run);
  };

  /** So many hold it on. */
  get on(): number {
    return this.holding.size;
  }

  hide(): void {
    this.holding.clear();
  }

  show(): void {
    for (const run of this.listeners) run();
  }
}
