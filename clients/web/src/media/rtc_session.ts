// One attempt to carry media one way: one peer connection, one HTTP resource at the hub. whep.ts (to view) and
// whip.ts (to send) say what it carries. It tells when it connected and once that it is lost; whoever owns it
// closes it then.
import type { Cancel, Clock } from '../base/clock';
import type { Http, Peer, Trouble } from './ports';
import { mayChange, troubleOf } from './problem';

const connectLimitMs = 8_000;
/** A connection that breaks for less than this mends itself. */
const disconnectedGraceMs = 2_000;
const trickleEveryMs = 100;
/** How long a session that is over waits for the answer to its end. */
const deleteLimitMs = 1_000;

export interface SessionPorts {
  clock: Clock;
  http: Http;
  makePeer: () => Peer;
}

export interface SessionEvents {
  connected: () => void;
  /** `final`: asking again would get the same answer. */
  lost: (trouble: Trouble, final: boolean) => void;
}

/** What a session carries, and where it is asked for. */
export interface SessionPlan {
  /** Takes the offer by POST. */
  path: string;
  /** Bearer of the POST in place of the log-in's token. */
  ticket?: string;
  /** Before the offer is made. */
  prepare: (peer: Peer) => void;
  /** What is made of the answer before the peer gets it. */
  readAnswer?: (sdp: string) => string;
}

export class RtcSession {
  readonly peer: Peer;
  private resource = '';
  private closed = false;
  private candidates: RTCIceCandidate[] = [];
  private negotiated: Promise<void> = Promise.resolve();
  /** Of the offer: a hub that hangs must not keep a connection of the browser's from what comes after. */
  private readonly asking = new AbortController();
  private cancelTrickle: Cancel | undefined;
  private cancelLimit: Cancel | undefined;

  constructor(
    private readonly plan: SessionPlan,
    private readonly ports: SessionPorts,
    private readonly events: SessionEvents,
  ) {
    this.peer = ports.makePeer();
    this.peer.addEventListener('connectionstatechange', () => this.followState());
    this.peer.addEventListener('icecandidate', ({ candidate }) => this.collect(candidate));
  }

  start(): void {
    this.limit(connectLimitMs);
    this.negotiated = this.negotiate().catch(() => this.lose({ kind: 'network' }));
  }

  /**
   * Also right while the page goes away. `tell`: somebody may be there to end the session's other half. Answers when
   * that one was told.
   */
  close(tell = true): Promise<void> {
    if (this.closed) return Promise.resolve();
    this.closed = true;
    this.cancelLimit?.();
    this.cancelTrickle?.();
    if (!tell || this.endedByOther()) {
      this.asking.abort();
      this.peer.close();
      return Promise.resolve();
    }
    // In this order: a peer that closes first ends the session at the node, and then there is none to delete.
    return new Promise((resolve) => {
      const end = () => {
        this.peer.close();
        resolve();
      };
      const cancelPatience = this.ports.clock.after(deleteLimitMs, end);
      // One that is still being made can be ended once it is there.
      const told =
        this.resource === ''
          ? this.negotiated.then(() => this.deleteResource())
          : this.deleteResource();
      void told.then(() => {
        cancelPatience();
        end();
      });
    });
  }

  /** The node said goodbye (a DTLS alert, often before the picture says why), so that there is none to delete. */
  private endedByOther(): boolean {
    return this.peer.getReceivers().some(({ transport }) => transport?.state === 'closed');
  }

  private async negotiate(): Promise<void> {
    const { path, ticket, prepare, readAnswer } = this.plan;
    prepare(this.peer);
    await this.peer.setLocalDescription(await this.peer.createOffer());
    const answer = await this.ports.http(path, {
      method: 'POST',
      ...(ticket === undefined ? {} : { ticket }),
      headers: { 'content-type': 'application/sdp' },
      body: this.peer.localDescription?.sdp ?? '',
      signal: this.asking.signal,
    });
    if (answer.status !== 201) {
      this.lose(troubleOf(answer), !mayChange(answer.status));
      return;
    }
    this.resource = answer.location;
    if (this.closed) {
      await this.deleteResource();
      return;
    }
    const sdp = readAnswer ? readAnswer(answer.text) : answer.text;
    await this.peer.setRemoteDescription({ type: 'answer', sdp });
    this.trickle();
  }

  private followState(): void {
    if (this.closed) return;
    switch (this.peer.connectionState) {
      case 'connected':
        this.cancelLimit?.();
        this.events.connected();
        return;
      case 'disconnected':
        this.limit(disconnectedGraceMs);
        return;
      case 'failed':
      case 'closed':
        this.lose({ kind: 'network' });
        return;
      case 'new':
      case 'connecting':
        return;
    }
  }

  private limit(afterMs: number): void {
    this.cancelLimit?.();
    this.cancelLimit = this.ports.clock.after(afterMs, () => {
      this.asking.abort();
      this.lose({ kind: 'network' });
    });
  }

  private lose(trouble: Trouble, final = false): void {
    if (!this.closed) this.events.lost(trouble, final);
  }

  private collect(candidate: RTCIceCandidate | null): void {
    if (!candidate || this.closed) return;
    this.candidates.push(candidate);
    if (this.resource !== '') this.trickle();
  }

  // Candidates are sent together: each PATCH is a request of its own.
  private trickle(): void {
    if (this.closed || this.candidates.length === 0 || this.cancelTrickle) return;
    this.cancelTrickle = this.ports.clock.after(trickleEveryMs, () => {
      this.cancelTrickle = undefined;
      const body = fragmentOf(this.candidates, this.peer.localDescription?.sdp ?? '');
      this.candidates = [];
      // The node learns our addresses from the checks as well, so that a lost PATCH costs nothing.
      this.ports
        .http(this.resource, {
          method: 'PATCH',
          headers: { 'content-type': 'application/trickle-ice-sdpfrag' },
          body,
        })
        .catch(() => undefined);
    });
  }

  private async deleteResource(): Promise<void> {
    const resource = this.resource;
    if (resource === '') return;
    this.resource = '';
    await this.ports.http(resource, { method: 'DELETE', keepalive: true }).catch(() => undefined);
  }
}

/** A fragment as in RFC 8840: credentials of the offer, then the candidates under their m-line. */
export function fragmentOf(candidates: readonly RTCIceCandidate[], offer: string): string {
  const line = (prefix: string) =>
    offer.split(/\r?\n/).find((candidate) => candidate.startsWith(prefix)) ?? '';
  return [
    line('a=ice-ufrag:'),
    line('a=ice-pwd:'),
    line('m='),
    line('a=mid:'),
    ...candidates.map(({ candidate }) => `a=${candidate}`),
    '',
  ].join('\r\n');
}
