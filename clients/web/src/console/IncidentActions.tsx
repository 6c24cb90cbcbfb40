// What can be decided about the chosen incident: its next status and its grade.
import type { KeyboardEvent } from 'react';

import type { Incident } from '../gen/muster/v1/incident_pb';
import { IncidentGrade, IncidentStatus } from '../gen/muster/v1/incident_pb';
import { incidentGradeText, roleText } from '../i18n/labels';
import { useText } from '../i18n/text';
import { useApp } from '../ui/app_context';
import { GradeSign } from '../ui/Chips';
import { ActButton } from '../ui/ActButton';
import { useMay, useRole } from '../ui/may';
import { gradeKeys } from './report_draft';

export function IncidentActions({ incident }: { incident: Incident }) {
  const { t } = useText();
  const may = useMay();
  const role = useRole();
  if (incident.status === IncidentStatus.CLOSED) return null;
  if (!may.decide) {
    return (
      <p className="muted role-note">
        {t(may.record ? 'console.role.may_record' : 'console.role.may_look', {
          role: t(roleText[role]),
        })}
      </p>
    );
  }
  return (
    <div className="actions">
      <div className="row wrap" role="group" aria-label={t('console.detail.actions')}>
        <ActButton command="incident.verify" />
        <ActButton command="incident.contain" />
        <ActButton command="incident.close" />
      </div>
      <GradeButtons incident={incident} />
    </div>
  );
}

/** Grading is one press and can be done again, so nothing asks whether one is sure. */
function GradeButtons({ incident }: { incident: Incident }) {
  const { t } = useText();
  const { acts } = useApp();
  const unspecified = incident.grade === IncidentGrade.UNSPECIFIED;
  const choose = (grade: IncidentGrade) => {
    if (grade !== incident.grade) void acts.updateIncident(incident, { grade });
  };
  // In here a digit means a grade, never a team.
  const keyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !/^[0-9]$/.test(event.key)) return;
    event.preventDefault();
    const grade = gradeKeys[Number(event.key) - 1];
    if (grade !== undefined && !event.repeat) choose(grade);
  };
  return (
    <div
      className={`grade-buttons ${unspecified ? 'asks' : ''}`}
      role="group"
      aria-label={t('console.detail.grade')}
      onKeyDown={keyDown}
    >
      {gradeKeys.map((grade, i) => (
        <button
          key={grade}
          type="button"
          data-focus={i === 0 ? 'grade' : undefined}
          aria-pressed={grade === incident.grade}
          title={t(incidentGradeText[grade])}
          onClick={() => choose(grade)}
        >
          <span aria-hidden="true">
            <GradeSign grade={grade} />
          </span>
          {t(incidentGradeText[grade])}
        </button>
      ))}
    </div>
  );
}
