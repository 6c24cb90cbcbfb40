// Log lines as the timeline shows them: newest first, each with its clock, who, and a sentence.
import { clockText, toMs } from '../base/time';
import type { LogLine } from '../gen/muster/v1/incident_pb';
import type { Words } from '../i18n/text';

export interface TimelineRow {
  id: string;
  clock: string;
  /** Empty where the sentence says it already. */
  who: string;
  sentence: string;
  /** Somebody wrote it, Muster did not. */
  written: boolean;
  /** When it happened on the device, where that is more than a few seconds before it was recorded. */
  happened: string;
}

const lateAfterMs = 10_000;

export function timelineRows(
  lines: readonly LogLine[],
  words: Words,
  nowMs: number,
  /** The sentence of what Muster wrote. */
  say: (line: LogLine) => string = ({ reason }) => (reason ? words.say(reason) : ''),
): TimelineRow[] {
  return lines
    .map((line) => {
      const atMs = toMs(line.at) ?? 0;
      const deviceMs = toMs(line.deviceAt);
      const late = deviceMs !== undefined && atMs - deviceMs > lateAfterMs;
      const sentence = line.reason ? say(line) : line.text;
      return {
        id: line.id,
        clock: clockText(atMs, nowMs),
        who: isNamed(line, sentence) ? '' : line.actorName || words.t('console.timeline.hub'),
        sentence,
        written: !line.reason,
        happened: late ? clockText(deviceMs, nowMs) : '',
      };
    })
    .reverse();
}

const isNamed = (line: LogLine, sentence: string): boolean =>
  line.reason !== undefined &&
  line.actorName.split(' ').some((word) => word.length > 1 && sentence.includes(word));
