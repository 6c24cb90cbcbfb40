// What getStats() says about one connection, as far as anybody here asks: whether something comes, how loud it is, and
// how well it gets through.

/** A part of RTCStatsReport. */
export interface StatsReport {
  forEach(visit: (stats: unknown) => void): void;
}

export interface LinkSample {
  /** Media that came, since the connection began. */
  receivedBytes: number;
  receivedPackets: number;
  /** Packets that were missed. */
  lostPackets: number;
  /** Grows with whatever comes from the other end, its reports and checks too. */
  signsOfLife: number;
  /** Of the sound that was played since the connection began: the sum of its squares, and how long it is. */
  soundEnergy: number;
  soundSeconds: number;
  /** From here to the other end and back, by its reports; undefined before the first. */
  roundTripMs: number | undefined;
  /** Share of what was sent that got lost since the report before, by its reports; undefined before the first. */
  lostShare: number | undefined;
}

export function readStats(report: StatsReport): LinkSample {
  const sample: LinkSample = {
    receivedBytes: 0,
    receivedPackets: 0,
    lostPackets: 0,
    signsOfLife: 0,
    soundEnergy: 0,
    soundSeconds: 0,
    roundTripMs: undefined,
    lostShare: undefined,
  };
  report.forEach((stats) => {
    const of = numbersOf(stats as object);
    readers[(stats as RTCStats).type]?.(sample, of);
  });
  return sample;
}

type Numbers = (name: string) => number | undefined;

const readers: Partial<Record<RTCStatsType, (sample: LinkSample, of: Numbers) => void>> = {
  'inbound-rtp'(sample, of) {
    sample.receivedBytes += of('bytesReceived') ?? 0;
    sample.receivedPackets += of('packetsReceived') ?? 0;
    sample.lostPackets += of('packetsLost') ?? 0;
    sample.soundEnergy += of('totalAudioEnergy') ?? 0;
    sample.soundSeconds += of('totalSamplesDuration') ?? 0;
  },
  'remote-inbound-rtp'(sample, of) {
    const seconds = of('roundTripTime');
    sample.roundTripMs = most(sample.roundTripMs, seconds && seconds * 1000);
    sample.lostShare = most(sample.lostShare, of('fractionLost'));
  },
  'candidate-pair'(sample, of) {
    sample.signsOfLife += (of('bytesReceived') ?? 0) + (of('responsesReceived') ?? 0);
  },
};

const numbersOf =
  (stats: object): Numbers =>
  (name) => {
    const value = (stats as Record<string, unknown>)[name];
    return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  };

const most = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined || b === undefined ? (a ?? b) : Math.max(a, b);

/** How loud it was between two samples of the same connection, 0 to 1 (root mean square). */
export function loudness(before: LinkSample, now: LinkSample): number {
  const seconds = now.soundSeconds - before.soundSeconds;
  const energy = Math.max(0, now.soundEnergy - before.soundEnergy);
  return seconds > 0 ? Math.min(1, Math.sqrt(energy / seconds)) : 0;
}

/** Share of the packets between two samples of the same connection that did not come; undefined when none were due. */
export function missedShare(before: LinkSample, now: LinkSample): number | undefined {
  const came = now.receivedPackets - before.receivedPackets;
  const missed = Math.max(0, now.lostPackets - before.lostPackets);
  return came < 0 || came + missed === 0 ? undefined : missed / (came + missed);
}
