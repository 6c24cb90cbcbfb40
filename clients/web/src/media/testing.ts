// Fakes with levers for the media client: peer connections and the hub's HTTP side.
import type { Answer, Http, Peer } from './ports';

type Listener = (event: never) => void;

export class FakePeer {
  connectionState: RTCPeerConnectionState = 'new';
  localDescription: RTCSessionDescription | null = null;
  answer = '';
  closed = false;
  private readonly listeners = new Map<string, Listener[]>();

  addTransceiver(): RTCRtpTransceiver {
    return {} as RTCRtpTransceiver;
  }

  createOffer(): Promise<RTCSessionDescriptionInit> {
    const sdp = 'v=0\r\nm=video 9 UDP 96\r\na=mid:0\r\na=ice-ufrag:uf\r\na=ice-pwd:pw\r\n';
    return Promise.resolve({ type: 'offer', sdp });
  }

  setLocalDescription(description: RTCSessionDescription): Promise<void> {
    this.localDescription = description;
    return Promise.resolve();
  }

  setRemoteDescription({ sdp }: RTCSessionDescriptionInit): Promise<void> {
    this.answer = sdp ?? '';
    this.emit('track', { track: {}, streams: [{ of: this.answer }] });
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
}

export class FakeWhep {
  readonly asked: Asked[] = [];
  /** Of POST; a number answers with that status. */
  next: 'ok' | 'unreachable' | number = 'ok';
  /** Body of a refusal. */
  problem = '';
  /** While it is set nothing is answered. */
  held = false;
  private sessions = 0;

  http: Http = (path, { method, body }) => {
    this.asked.push({ method, path, body });
    if (this.held) return new Promise(() => undefined);
    if (this.next === 'unreachable') return Promise.reject(new TypeError('Failed to fetch'));
    if (method !== 'POST') return Promise.resolve(answer(200));
    if (this.next !== 'ok') return Promise.resolve(answer(this.next, '', this.problem));
    const name = `s${++this.sessions}`;
    return Promise.resolve(answer(201, `/whep/sessions/${name}`, `answer of ${name}`));
  };

  of(method: string): Asked[] {
    return this.asked.filter((asked) => asked.method === method);
  }
}

const answer = (status: number, location = '', text = ''): Answer => ({ status, location, text });
