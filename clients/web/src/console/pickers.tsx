// Type and grade of a report: one press each.
import { type KeyboardEvent, useRef } from 'react';

import { IncidentGrade, type IncidentType } from '../gen/muster/v1/incident_pb';
import { incidentGradeText, incidentTypeText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { GradeSign } from '../ui/Chips';
import { gradeKeys, typeForKey, typeKeys } from './report_draft';

/** One key picks and goes on: digits as shown, or the letter. Arrows move like in any radio group. */
export function TypePicker({
  type,
  onPick,
}: {
  type: IncidentType;
  onPick: (type: IncidentType) => void;
}) {
  const { t } = useText();
  const group = useRef<HTMLDivElement>(null);
  const chosen = typeKeys.findIndex(([it]) => it === type);
  const keyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const buttons = [...(group.current?.querySelectorAll('button') ?? [])];
      const at = buttons.findIndex((button) => button === document.activeElement);
      buttons.at((at + step + buttons.length) % buttons.length)?.focus();
      return;
    }
    const picked = typeForKey(event.key);
    if (picked === undefined) return;
    event.preventDefault();
    onPick(picked);
  };
  return (
    <div
      ref={group}
      className="types"
      role="radiogroup"
      aria-label={t('console.report.type')}
      onKeyDown={keyDown}
    >
      {typeKeys.map(([it, letter], i) => (
        <button
          key={it}
          type="button"
          role="radio"
          aria-checked={it === type}
          tabIndex={i === Math.max(chosen, 0) ? 0 : -1}
          data-field={i === Math.max(chosen, 0) ? 'type' : undefined}
          onClick={() => onPick(it)}
        >
          <span className="cut">{t(incidentTypeText[it])}</span>
          <kbd className="key">{`${String(i + 1)} ${letter}`}</kbd>
        </button>
      ))}
    </div>
  );
}

export function GradePicker({
  grade,
  onPick,
}: {
  grade: IncidentGrade;
  onPick: (grade: IncidentGrade) => void;
}) {
  const { t } = useText();
  return (
    <fieldset className="grades">
      <legend>{t('console.report.grade')}</legend>
      {gradeKeys.map((it) => (
        <button
          key={it}
          type="button"
          aria-pressed={it === grade}
          onClick={() => onPick(it === grade ? IncidentGrade.UNSPECIFIED : it)}
        >
          <span aria-hidden="true">
            <GradeSign grade={it} />
          </span>
          {t(incidentGradeText[it])}
        </button>
      ))}
    </fieldset>
  );
}
