// States as chips: a shape, the word, and for grades their colour.
import { type Incident, IncidentGrade, type IncidentStatus } from '../gen/muster/v1/incident_pb';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import type { TeamStatus } from '../gen/muster/v1/team_pb';
import {
  incidentGradeText,
  incidentStatusText,
  orderStatusText,
  teamStatusText,
} from '../i18n/labels';
import { useText } from '../i18n/text';
import { teamShapes } from './team_shapes';
import './chips.css';

const gradeSigns: Record<IncidentGrade, { sign: string; shape: string }> = {
  [IncidentGrade.UNSPECIFIED]: { sign: '–', shape: 'none' },
  [IncidentGrade.EXTREMELY_SERIOUS]: { sign: 'Ⅰ', shape: 'i' },
  [IncidentGrade.SERIOUS]: { sign: 'Ⅱ', shape: 'ii' },
  [IncidentGrade.MAJOR]: { sign: 'Ⅲ', shape: 'iii' },
  [IncidentGrade.ORDINARY]: { sign: 'Ⅳ', shape: 'iv' },
};

/** The grade's national colour, shape and numeral. */
export function GradeSign({ grade }: { grade: Incident['grade'] }) {
  const { t } = useText();
  const { sign, shape } = gradeSigns[grade];
  return (
    <span role="img" aria-label={t(incidentGradeText[grade])} className={`grade ${shape}`}>
      {sign}
    </span>
  );
}

export function IncidentChip({ status }: { status: IncidentStatus }) {
  const { t } = useText();
  return <span className="pill">{t(incidentStatusText[status])}</span>;
}

export function TeamChip({ status }: { status: TeamStatus }) {
  const { t } = useText();
  return (
    <span className="pill">
      <span aria-hidden="true">{teamShapes[status]}</span> {t(teamStatusText[status])}
    </span>
  );
}

const orderShapes: Record<OrderStatus, string> = {
  [OrderStatus.UNSPECIFIED]: '?',
  [OrderStatus.ISSUED]: '·',
  [OrderStatus.DELIVERED]: '○',
  [OrderStatus.ACKNOWLEDGED]: '◔',
  [OrderStatus.ACCEPTED]: '◐',
  [OrderStatus.EN_ROUTE]: '➤',
  [OrderStatus.ON_SCENE]: '■',
  [OrderStatus.COMPLETE]: '✓',
  [OrderStatus.DECLINED]: '✕',
  [OrderStatus.RECALLED]: '↩',
  [OrderStatus.EXPIRED]: '⌛',
  [OrderStatus.SIGNED]: '◔',
  [OrderStatus.IN_HAND]: '◐',
  [OrderStatus.FEEDBACK]: '◕',
  [OrderStatus.DONE]: '✓',
};

export function OrderChip({ status }: { status: OrderStatus }) {
  const { t } = useText();
  return (
    <span className="pill">
      <span aria-hidden="true">{orderShapes[status]}</span> {t(orderStatusText[status])}
    </span>
  );
}
