// Everybody else who is in the room: takes a viewer for each, plays its sound, knows who speaks.
import { type Cancel, type Clock, every } from '../base/clock';
import { Value } from '../base/value';
import type { Participant } from '../gen/muster/v1/room_pb';
import type { Loudspeaker } from '../media/loudspeaker';
import type { Viewer } from '../media/viewer';
import type { Viewers } from '../media/viewers';
import { VoiceGate } from '../media/voice_gate';
import type { Mirror } from '../picture/mirror';
import type { RemoteMedia } from './call_ports';

const listenEveryMs = 200;

export interface OthersPorts {
  clock: Clock;
  mirror: Mirror;
  viewers: Viewers;
  loudspeaker: Loudspeaker;
}

interface Other extends RemoteMedia {
  speaking: Value<boolean>;
  isPerson: boolean;
  close: (over: boolean) => Promise<void>;
  listen: (nowMs: number) => void;
}

export class Others {
  readonly media = new Value<readonly RemoteMedia[]>([]);
  private readonly known = new Map<string, Other>();
  private ownId = '';
  private stopFollowing: Cancel[] = [];

  constructor(private readonly ports: OthersPorts) {}

  /** Shows everybody in the room but oneself. */
  follow(roomId: string, ownId: string): void {
    this.stopFollowing.forEach((stop) => stop());
    this.ownId = ownId;
    const { clock, mirror } = this.ports;
    const show = () => this.show(mirror.ids(`participants.room/${roomId}`));
    this.stopFollowing = [
      mirror.watchIds(`participants.room/${roomId}`, show),
      every(clock, listenEveryMs, () => this.listen()),
    ];
    show();
  }

  /**
   * `over`: the hub has ended one's own stay, and with it what one watched as a participant. Answers when the node was
   * told.
   */
  async stop(over: boolean): Promise<void> {
    this.stopFollowing.forEach((stop) => stop());
    this.stopFollowing = [];
    const told = [...this.known.values()].map((other) => other.close(over));
    this.known.clear();
    this.media.set([]);
    await Promise.all(told);
  }

  /** Of people. */
  viewersOfPeople(): Viewer[] {
    return [...this.known.values()].filter((it) => it.isPerson).map(({ viewer }) => viewer);
  }

  private show(ids: readonly string[]): void {
    const others = ids
      .map((id) => this.ports.mirror.get('participant', id))
      .filter((it) => it !== undefined && it.id !== this.ownId && it.streamId !== '')
      .map((it) => this.known.get(it?.id ?? '') ?? this.make(it as Participant));
    const present = new Set<RemoteMedia>(others);
    for (const [id, other] of this.known) {
      if (present.has(other)) continue;
      this.known.delete(id);
      // With whoever left went the stream, and every view of it.
      void other.close(true);
    }
    this.media.set(others);
  }

  private make({ id, streamId, personId }: Participant): Other {
    const { viewers, loudspeaker } = this.ports;
    const isPerson = personId !== '';
    const viewer = viewers.take(streamId, { sound: isPerson });
    const mute = isPerson ? loudspeaker.attach(viewer.sound) : () => undefined;
    const gate = new VoiceGate();
    const speaking = new Value(false);
    const other: Other = {
      participantId: id,
      streamId,
      viewer,
      speaking,
      isPerson,
      listen: (nowMs) => speaking.set(gate.hear(viewer.level(), nowMs)),
      close(over) {
        mute();
        speaking.set(false);
        if (isPerson) return viewers.releaseNow(streamId, over);
        viewers.release(streamId); // A camera is watched with no seat, and may be on a wall next.
        return Promise.resolve();
      },
    };
    this.known.set(id, other);
    return other;
  }

  private listen(): void {
    const now = this.ports.clock.steady();
    for (const other of this.known.values()) if (other.isPerson) other.listen(now);
  }
}
