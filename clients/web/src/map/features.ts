// Entities as map features: pure, so that what is drawn can be tested without a map.
import { toMs } from '../base/time';
import { StreamState } from '../gen/muster/v1/live_pb';
import { IncidentGrade, IncidentStatus } from '../gen/muster/v1/incident_pb';
import type { OrderStatus } from '../gen/muster/v1/order_pb';
import { TeamStatus } from '../gen/muster/v1/team_pb';
import {
  currentOrder,
  firstAlert,
  isOpenOrder,
  orderAlert,
  ordersOf,
  positionOldAfterMs,
} from '../picture/facts';
import type { Mirror } from '../picture/mirror';
import type { MapFeature } from './differences';

export const teamShapes = {
  [TeamStatus.UNSPECIFIED]: 'off',
  [TeamStatus.OFF_DUTY]: 'off',
  [TeamStatus.AVAILABLE]: 'free',
  [TeamStatus.ASSIGNED]: 'assigned',
  [TeamStatus.EN_ROUTE]: 'moving',
  [TeamStatus.ON_SCENE]: 'scene',
  [TeamStatus.OUT_OF_SERVICE]: 'out',
} as const satisfies Record<TeamStatus, string>;

export const gradeShapes = {
  [IncidentGrade.UNSPECIFIED]: 'g0',
  [IncidentGrade.EXTREMELY_SERIOUS]: 'g1',
  [IncidentGrade.SERIOUS]: 'g2',
  [IncidentGrade.MAJOR]: 'g3',
  [IncidentGrade.ORDINARY]: 'g4',
} as const satisfies Record<IncidentGrade, string>;

export const cameraShapes = {
  [StreamState.UNSPECIFIED]: 'idle',
  [StreamState.IDLE]: 'idle',
  [StreamState.CONNECTING]: 'idle',
  [StreamState.LIVE]: 'live',
  [StreamState.STALLED]: 'down',
  [StreamState.FAILED]: 'down',
  [StreamState.UNSUPPORTED]: 'down',
  [StreamState.NO_NODE]: 'down',
} as const satisfies Record<StreamState, string>;

/** What a feature says in words, in the page's language. */
export interface MapWords {
  /** Behind the name of a team that was not heard of for so long. */
  lastSeen(ageMs: number): string;
  neverSeen(): string;
  late(status: OrderStatus): string;
}

export function teamFeature(
  mirror: Mirror,
  id: string,
  nowMs: number,
  words: MapWords,
): MapFeature | undefined {
  const team = mirror.get('team', id);
  if (!team) return undefined;
  const position = mirror.get('position', id);
  const at = position?.at ?? team.home;
  if (!at) return undefined;
  const fixMs = toMs(position?.fixAt ?? position?.heardAt);
  const ageMs = fixMs === undefined ? undefined : nowMs - fixMs;
  const old = ageMs === undefined || ageMs > positionOldAfterMs;
  const order = currentOrder(mirror, team);
  const late = order && orderAlert(order);
  const shape = teamShapes[team.status];
  const age = !old ? '' : ageMs === undefined ? words.neverSeen() : words.lastSeen(ageMs);
  return {
    type: 'Feature',
    id,
    geometry: { type: 'Point', coordinates: [at.lonDeg, at.latDeg] },
    properties: {
      id,
      icon: `team-${shape}${old ? '-old' : ''}`,
      // An arrow that points nowhere would lie: without a heading a moving team points up, unturned.
      heading: !old && position?.headingDeg !== undefined ? Math.round(position.headingDeg) : 0,
      tick:
        !old && position?.headingDeg !== undefined && shape !== 'moving' && position.speedMps > 1,
      label: [team.name, late ? words.late(late.kind) : '', age]
        .filter((part) => part !== '')
        .join(' '),
      old,
      late: late !== undefined,
      // Busy teams are drawn above idle ones.
      rank: late ? 4 : shape === 'moving' || shape === 'scene' ? 3 : shape === 'free' ? 2 : 1,
    },
  };
}

export function incidentFeature(mirror: Mirror, id: string): MapFeature | undefined {
  const incident = mirror.get('incident', id);
  if (!incident?.at || incident.status === IncidentStatus.CLOSED || incident.mergedIntoId !== '')
    return undefined;
  return {
    type: 'Feature',
    id,
    geometry: { type: 'Point', coordinates: [incident.at.lonDeg, incident.at.latDeg] },
    properties: {
      id,
      icon: `incident-${gradeShapes[incident.grade]}`,
      label: incident.number,
      contained: incident.status === IncidentStatus.CONTAINED,
      late: firstAlert(ordersOf(mirror, id)) !== undefined,
      rank: 5 - incident.grade,
    },
  };
}

export function cameraFeature(mirror: Mirror, id: string): MapFeature | undefined {
  const camera = mirror.get('camera', id);
  if (!camera?.at) return undefined;
  const health = mirror.get('streamHealth', camera.mainStreamId);
  return {
    type: 'Feature',
    id,
    geometry: { type: 'Point', coordinates: [camera.at.lonDeg, camera.at.latDeg] },
    properties: {
      id,
      icon: `camera-${cameraShapes[health?.state ?? StreamState.UNSPECIFIED]}`,
      label: camera.name,
    },
  };
}

/** From where a team is to where it was sent, while it has not arrived. The id is the order's. */
export function linkFeature(
  mirror: Mirror,
  orderId: string,
  selectedIncidentId: string,
): MapFeature | undefined {
  const order = mirror.get('order', orderId);
  if (order?.incidentId !== selectedIncidentId || !isOpenOrder(order)) return undefined;
  const from = mirror.get('position', order.teamId)?.at ?? mirror.get('team', order.teamId)?.home;
  const to = mirror.get('incident', order.incidentId)?.at;
  if (!from || !to || order.onSceneAt !== undefined) return undefined;
  return {
    type: 'Feature',
    id: orderId,
    geometry: {
      type: 'LineString',
      coordinates: [
        [from.lonDeg, from.latDeg],
        [to.lonDeg, to.latDeg],
      ],
    },
    properties: { id: orderId, accepted: order.acceptedAt !== undefined },
  };
}

export type Selection = { kind: 'incident' | 'team' | 'camera'; id: string } | undefined;

/** Where the selected thing is, for the ring around it. */
export function placeOf(
  mirror: Mirror,
  selection: Selection,
): { latDeg: number; lonDeg: number } | undefined {
  switch (selection?.kind) {
    case undefined:
      return undefined;
    case 'incident':
      return mirror.get('incident', selection.id)?.at;
    case 'camera':
      return mirror.get('camera', selection.id)?.at;
    case 'team':
      return mirror.get('position', selection.id)?.at ?? mirror.get('team', selection.id)?.home;
  }
}

export function selectionFeature(mirror: Mirror, selection: Selection): MapFeature | undefined {
  const at = placeOf(mirror, selection);
  if (!selection || !at) return undefined;
  return {
    type: 'Feature',
    id: 'selection',
    geometry: { type: 'Point', coordinates: [at.lonDeg, at.latDeg] },
    properties: { id: 'selection', kind: selection.kind },
  };
}

export function draftFeature(
  at: { latDeg: number; lonDeg: number } | undefined,
): MapFeature | undefined {
  if (!at) return undefined;
  return {
    type: 'Feature',
    id: 'draft',
    geometry: { type: 'Point', coordinates: [at.lonDeg, at.latDeg] },
    properties: { id: 'draft', kind: 'draft' },
  };
}
