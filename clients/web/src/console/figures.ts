// What figures hold now: of each subject and source the newest that was not corrected.
import type { Figure, FigureSubject } from '../gen/muster/v1/figure_pb';
import { toMs } from '../base/time';

export interface FigureLine {
  subject: FigureSubject;
  /** One a source, the newest first. */
  figures: Figure[];
  /** Not all sources say the same. */
  contradictory: boolean;
}

/** `series` in the order of recording. */
export function figureLines(series: readonly Figure[]): FigureLine[] {
  const corrected = new Set(series.map((it) => it.correctsId));
  const holding = new Map<string, Figure>();
  for (const figure of series) {
    if (corrected.has(figure.id)) continue;
    const key = `${String(figure.subject)} ${figure.source}`;
    const before = holding.get(key);
    if (!before || asOf(figure) >= asOf(before)) holding.set(key, figure);
  }
  const subjects = [...new Set([...holding.values()].map((it) => it.subject))].sort(
    (a, b) => a - b,
  );
  return subjects.map((subject) => {
    const figures = [...holding.values()]
      .filter((it) => it.subject === subject)
      .sort((a, b) => asOf(b) - asOf(a));
    return { subject, figures, contradictory: new Set(figures.map((it) => it.value)).size > 1 };
  });
}

const asOf = (figure: Figure): number => toMs(figure.asOf) ?? 0;
