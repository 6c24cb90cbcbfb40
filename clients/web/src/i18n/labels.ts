// The word of every enum value; a value without one does not compile.
import { FigureSubject } from '../gen/muster/v1/figure_pb';
import { StreamState } from '../gen/muster/v1/live_pb';
import { IncidentGrade, IncidentStatus, IncidentType } from '../gen/muster/v1/incident_pb';
import { OrderStatus } from '../gen/muster/v1/order_pb';
import { ResponseLevel } from '../gen/muster/v1/response_pb';
import { Capability, TeamStatus } from '../gen/muster/v1/team_pb';
import { Role } from '../gen/muster/v1/types_pb';
import type { TextKey } from './text';

export const incidentTypeText: Record<IncidentType, TextKey> = {
  [IncidentType.UNSPECIFIED]: 'incident.type.unspecified',
  [IncidentType.FIRE]: 'incident.type.fire',
  [IncidentType.FLOOD]: 'incident.type.flood',
  [IncidentType.MEDICAL]: 'incident.type.medical',
  [IncidentType.TRAFFIC]: 'incident.type.traffic',
  [IncidentType.HAZMAT]: 'incident.type.hazmat',
  [IncidentType.FOREST_FIRE]: 'incident.type.forest_fire',
  [IncidentType.RESCUE]: 'incident.type.rescue',
  [IncidentType.PUBLIC_ORDER]: 'incident.type.public_order',
  [IncidentType.OTHER]: 'incident.type.other',
};

export const incidentGradeText: Record<IncidentGrade, TextKey> = {
  [IncidentGrade.UNSPECIFIED]: 'incident.grade.unspecified',
  [IncidentGrade.EXTREMELY_SERIOUS]: 'incident.grade.extremely_serious',
  [IncidentGrade.SERIOUS]: 'incident.grade.serious',
  [IncidentGrade.MAJOR]: 'incident.grade.major',
  [IncidentGrade.ORDINARY]: 'incident.grade.ordinary',
};

export const incidentStatusText: Record<IncidentStatus, TextKey> = {
  [IncidentStatus.UNSPECIFIED]: 'incident.status.unspecified',
  [IncidentStatus.REPORTED]: 'incident.status.reported',
  [IncidentStatus.VERIFIED]: 'incident.status.verified',
  [IncidentStatus.ACTIVE]: 'incident.status.active',
  [IncidentStatus.CONTAINED]: 'incident.status.contained',
  [IncidentStatus.CLOSED]: 'incident.status.closed',
};

export const teamStatusText: Record<TeamStatus, TextKey> = {
  [TeamStatus.UNSPECIFIED]: 'team.status.unspecified',
  [TeamStatus.OFF_DUTY]: 'team.status.off_duty',
  [TeamStatus.AVAILABLE]: 'team.status.available',
  [TeamStatus.ASSIGNED]: 'team.status.assigned',
  [TeamStatus.EN_ROUTE]: 'team.status.en_route',
  [TeamStatus.ON_SCENE]: 'team.status.on_scene',
  [TeamStatus.OUT_OF_SERVICE]: 'team.status.out_of_service',
};

export const orderStatusText: Record<OrderStatus, TextKey> = {
  [OrderStatus.UNSPECIFIED]: 'order.status.unspecified',
  [OrderStatus.ISSUED]: 'order.status.issued',
  [OrderStatus.DELIVERED]: 'order.status.delivered',
  [OrderStatus.ACKNOWLEDGED]: 'order.status.acknowledged',
  [OrderStatus.ACCEPTED]: 'order.status.accepted',
  [OrderStatus.EN_ROUTE]: 'order.status.en_route',
  [OrderStatus.ON_SCENE]: 'order.status.on_scene',
  [OrderStatus.COMPLETE]: 'order.status.complete',
  [OrderStatus.DECLINED]: 'order.status.declined',
  [OrderStatus.RECALLED]: 'order.status.recalled',
  [OrderStatus.EXPIRED]: 'order.status.expired',
  [OrderStatus.SIGNED]: 'order.status.signed',
  [OrderStatus.IN_HAND]: 'order.status.in_hand',
  [OrderStatus.FEEDBACK]: 'order.status.feedback',
  [OrderStatus.DONE]: 'order.status.done',
};

/** What is wrong with an order that is late, by the status that it does not come beyond. */
export const alertText: Record<OrderStatus, TextKey> = {
  [OrderStatus.UNSPECIFIED]: 'console.alert.late',
  [OrderStatus.ISSUED]: 'console.alert.undelivered',
  [OrderStatus.DELIVERED]: 'console.alert.unanswered',
  [OrderStatus.ACKNOWLEDGED]: 'console.alert.undecided',
  [OrderStatus.ACCEPTED]: 'console.alert.not_en_route',
  [OrderStatus.EN_ROUTE]: 'console.alert.not_on_scene',
  [OrderStatus.ON_SCENE]: 'console.alert.late',
  [OrderStatus.COMPLETE]: 'console.alert.late',
  [OrderStatus.DECLINED]: 'console.alert.late',
  [OrderStatus.RECALLED]: 'console.alert.late',
  [OrderStatus.EXPIRED]: 'console.alert.late',
  [OrderStatus.SIGNED]: 'console.alert.not_in_hand',
  [OrderStatus.IN_HAND]: 'console.alert.no_feedback',
  [OrderStatus.FEEDBACK]: 'console.alert.not_done',
  [OrderStatus.DONE]: 'console.alert.late',
};

export const capabilityText: Record<Capability, TextKey> = {
  [Capability.UNSPECIFIED]: 'capability.unspecified',
  [Capability.FIRE]: 'capability.fire',
  [Capability.MEDICAL]: 'capability.medical',
  [Capability.POLICE]: 'capability.police',
  [Capability.FORESTRY]: 'capability.forestry',
  [Capability.WATER]: 'capability.water',
  [Capability.MARINE_RESCUE]: 'capability.marine_rescue',
  [Capability.HAZMAT]: 'capability.hazmat',
  [Capability.RESCUE]: 'capability.rescue',
};

export const streamStateText: Record<StreamState, TextKey> = {
  [StreamState.UNSPECIFIED]: 'stream.state.unspecified',
  [StreamState.IDLE]: 'stream.state.idle',
  [StreamState.CONNECTING]: 'stream.state.connecting',
  [StreamState.LIVE]: 'stream.state.live',
  [StreamState.STALLED]: 'stream.state.stalled',
  [StreamState.FAILED]: 'stream.state.failed',
  [StreamState.UNSUPPORTED]: 'stream.state.unsupported',
  [StreamState.NO_NODE]: 'stream.state.no_node',
};

export const responseLevelText: Record<ResponseLevel, TextKey> = {
  [ResponseLevel.UNSPECIFIED]: 'response.level.unspecified',
  [ResponseLevel.I]: 'response.level.i',
  [ResponseLevel.II]: 'response.level.ii',
  [ResponseLevel.III]: 'response.level.iii',
  [ResponseLevel.IV]: 'response.level.iv',
};

export const figureSubjectText: Record<FigureSubject, TextKey> = {
  [FigureSubject.UNSPECIFIED]: 'figure.subject.unspecified',
  [FigureSubject.DEAD]: 'figure.subject.dead',
  [FigureSubject.INJURED]: 'figure.subject.injured',
  [FigureSubject.SERIOUSLY_INJURED]: 'figure.subject.seriously_injured',
  [FigureSubject.MISSING]: 'figure.subject.missing',
  [FigureSubject.TRAPPED]: 'figure.subject.trapped',
  [FigureSubject.RESCUED]: 'figure.subject.rescued',
  [FigureSubject.EVACUATED]: 'figure.subject.evacuated',
  [FigureSubject.AFFECTED]: 'figure.subject.affected',
};

export const roleText: Record<Role, TextKey> = {
  [Role.UNSPECIFIED]: 'role.unspecified',
  [Role.ADMIN]: 'role.admin',
  [Role.COMMANDER]: 'role.commander',
  [Role.DISPATCHER]: 'role.dispatcher',
  [Role.MONITOR]: 'role.monitor',
  [Role.FIELD]: 'role.field',
  [Role.PARTNER]: 'role.partner',
};
