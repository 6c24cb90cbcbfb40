import { describe, expect, it } from 'vitest';

import { loudness, missedShare, readStats } from './link_stats';
import { judge, QualityWord } from './quality';
import { VoiceGate } from './voice_gate';

/** What the gate says, a sign every 100 ms, for the loudness of each: "#" loud, "+" soft, "." silent. */
function timeline(levels: string): string {
  const gate = new VoiceGate();
  const loudness: Record<string, number> = { '#': 0.2, '+': 0.02, '.': 0 };
  return Array.from(levels)
    .map((sign, i) => (gate.hear(loudness[sign] ?? 0, i * 100) ? '#' : '.'))
    .join('');
}

describe('a voice', () => {
  it.each([
    ['starts with a syllable', '####', '..##'],
    ['is no click', '#....#....', '..........'],
    ['goes on over a pause between words', '####......####', '..############'],
    ['ends with silence', '####..............', '..##########......'],
    ['goes on softly, but does not begin so', '+++++####+++++++++++++', '.......###############'],
  ])('%s', (_, levels, wanted) => {
    expect(timeline(levels)).toBe(wanted);
  });
});

describe('the quality of a connection', () => {
  const measured = (roundTripMs?: number, lostShare?: number) => ({
    broken: false,
    roundTripMs,
    lostShare,
  });

  it.each([
    [20, 0, 'good'],
    [401, 0, 'weak'],
    [20, 0.04, 'weak'],
    [801, 0, 'bad'],
    [20, 0.11, 'bad'],
    [undefined, undefined, 'unknown'],
    [undefined, 0, 'good'],
  ])('with %s ms and %s lost is %s', (roundTripMs, lostShare, wanted) => {
    expect(judge(measured(roundTripMs, lostShare))).toBe(wanted);
  });

  /** What is said, a sign a look: "g" good, "w" weak, "b" bad, "-" nothing measured, "x" broken. */
  function said(looks: string): string {
    const word = new QualityWord();
    const values: Record<string, ReturnType<typeof measured>> = {
      g: measured(10, 0),
      w: measured(500, 0),
      b: measured(10, 0.5),
      '-': measured(),
      x: { ...measured(), broken: true },
    };
    return Array.from(looks, (sign) => word.look(values[sign] ?? measured())[0]).join('');
  }

  it.each([
    ['ggg', 'ggg'],
    ['gwgwgwg', 'ggggggg'],
    ['gwwwggggggg', 'ggwwwwwwggg'],
    ['gbbb', 'ggbb'],
    ['g--b-b-', 'ggggggg'],
    ['gxg', 'gng'],
    ['--g', 'uug'],
  ])('for %s is said as %s', (looks, wanted) => {
    expect(said(looks)).toBe(wanted);
  });
});

describe('getStats()', () => {
  it('is read for all tracks of a connection', () => {
    const sample = readStats([
      {
        type: 'inbound-rtp',
        kind: 'audio',
        bytesReceived: 10,
        packetsReceived: 3,
        totalAudioEnergy: 0.5,
        totalSamplesDuration: 2,
      },
      { type: 'inbound-rtp', kind: 'video', bytesReceived: 20, packetsReceived: 4, packetsLost: 2 },
      { type: 'remote-inbound-rtp', roundTripTime: 0.05, fractionLost: 0.1 },
      { type: 'remote-inbound-rtp', fractionLost: 0.2 },
      { type: 'candidate-pair', bytesReceived: 7, responsesReceived: 2 },
      { type: 'codec' },
    ]);
    expect(sample).toEqual({
      receivedBytes: 30,
      receivedPackets: 7,
      lostPackets: 2,
      signsOfLife: 9,
      soundEnergy: 0.5,
      soundSeconds: 2,
      roundTripMs: 50,
      lostShare: 0.2,
    });
  });

  it('tells how loud it was since the look before', () => {
    const at = (soundEnergy: number, soundSeconds: number) => ({
      ...readStats([]),
      soundEnergy,
      soundSeconds,
    });
    expect(loudness(at(1, 10), at(1.25, 11))).toBe(0.5);
    expect(loudness(at(1, 10), at(1, 10))).toBe(0);
    expect(loudness(at(1, 10), at(0, 0))).toBe(0);
  });

  it('tells the share of packets that were missed since the look before', () => {
    const at = (receivedPackets: number, lostPackets: number) => ({
      ...readStats([]),
      receivedPackets,
      lostPackets,
    });
    expect(missedShare(at(100, 0), at(190, 10))).toBe(0.1);
    expect(missedShare(at(100, 0), at(100, 0))).toBeUndefined();
    // A late packet takes a loss back.
    expect(missedShare(at(100, 5), at(150, 4))).toBe(0);
    expect(missedShare(at(100, 5), at(0, 0))).toBeUndefined();
  });
});
