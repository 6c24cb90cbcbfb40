// The acts that people do, one function each. Ids of what is made are made here.
import { create, type MessageInitShape, type DescMessage, toBinary } from '@bufbuild/protobuf';

import type { Clock } from '../base/clock';
import { makeId } from '../base/ids';
import { fromMs } from '../base/time';
import type { Camera } from '../gen/muster/v1/camera_pb';
import type { Escalation } from '../gen/muster/v1/escalation_pb';
import type { Incident, IncidentGrade, IncidentType } from '../gen/muster/v1/incident_pb';
import { IncidentService } from '../gen/muster/v1/incident_service_pb';
import type { Order } from '../gen/muster/v1/order_pb';
import { OrderService } from '../gen/muster/v1/order_service_pb';
import type { Participant, Room } from '../gen/muster/v1/room_pb';
import { RoomService } from '../gen/muster/v1/room_service_pb';
import type { Team, TeamStatus } from '../gen/muster/v1/team_pb';
import { TeamService } from '../gen/muster/v1/team_service_pb';
import type { Text, TextKey } from '../i18n/text';
import { type ActMethod, methodName } from './methods';
import type { Outbox, Submitted } from './outbox';
import { type StepStatus, steps } from './steps';

const dayMs = 86_400_000;

export interface Place {
  latDeg: number;
  lonDeg: number;
}

export interface IncidentDraft {
  type: IncidentType;
  at: Place;
  grade?: IncidentGrade;
  place?: string;
  text?: string;
}

export interface Made extends Submitted {
  /** Id of the entity that the act makes. */
  id: string;
}

export class Acts {
  constructor(
    private readonly outbox: Outbox,
    private readonly clock: Clock,
    private readonly person: () => string | undefined,
    /** Device's clock minus the hub's, in ms. */
    private readonly clockOffsetMs: () => number,
  ) {}

  async reportIncident(draft: IncidentDraft): Promise<Made> {
    const id = makeId();
    const body = { ...draft, id, deviceAt: this.deviceAt() };
    return {
      id,
      ...(await this.submit(IncidentService.method.reportIncident, body, 'act.report_incident')),
    };
  }

  verifyIncident = (incident: Incident) =>
    this.submit(
      IncidentService.method.verifyIncident,
      editOf(incident),
      named('act.verify_incident', incident),
    );

  containIncident = (incident: Incident) =>
    this.submit(
      IncidentService.method.containIncident,
      editOf(incident),
      named('act.contain_incident', incident),
    );

  closeIncident = (incident: Incident, text = '') =>
    this.submit(
      IncidentService.method.closeIncident,
      { ...editOf(incident), text },
      named('act.close_incident', incident),
    );

  updateIncident = (
    incident: Incident,
    change: Partial<Pick<IncidentDraft, 'type' | 'grade' | 'place' | 'text' | 'at'>>,
  ) =>
    this.submit(
      IncidentService.method.updateIncident,
      { ...editOf(incident), ...change },
      named('act.update_incident', incident),
    );

  async addLogLine(incidentId: string, text: string): Promise<Made> {
    const id = makeId();
    const body = { id, incidentId, text, deviceAt: this.deviceAt() };
    return {
      id,
      ...(await this.submit(IncidentService.method.addLogLine, body, 'act.add_log_line')),
    };
  }

  async issueOrder(incident: Incident, team: Team, text = ''): Promise<Made> {
    const id = makeId();
    const label = { key: 'act.issue_order', args: { team: team.name } } as const;
    const body = { id, incidentId: incident.id, teamId: team.id, text };
    return { id, ...(await this.submit(OrderService.method.issueOrder, body, label)) };
  }

  recallOrder = (order: Pick<Order, 'id'>, reason = '') =>
    this.submit(OrderService.method.recallOrder, { id: order.id, reason }, 'act.recall_order');

  seeEscalation = (escalation: Pick<Escalation, 'id'>) =>
    this.submit(OrderService.method.seeEscalation, { id: escalation.id }, 'act.see_escalation');

  declineOrder = (order: Order, reason: string) =>
    this.submit(
      OrderService.method.declineOrder,
      { ...this.answerTo(order), reason },
      'act.decline_order',
    );

  /** Delivered, acknowledged, accepted, en route, on scene or complete. */
  stepOrder = (order: Order, step: StepStatus) =>
    this.submit(steps[step].method, this.answerTo(order), steps[step].label);

  setTeamStatus = (team: Team, status: TeamStatus, note = '') =>
    this.submit(
      TeamService.method.setTeamStatus,
      { id: team.id, expectedVersion: team.version, status, note },
      'act.set_team_status',
    );

  /** Of an incident, or on its own. */
  async openRoom(title: string, { incidentId = '', standing = false } = {}): Promise<Made> {
    const id = makeId();
    const label = { key: 'act.open_room', args: { title } } as const;
    const body = { id, title, incidentId, standing };
    return { id, ...(await this.submit(RoomService.method.openRoom, body, label)) };
  }

  closeRoom = (room: Pick<Room, 'id' | 'title'>) =>
    this.submit(
      RoomService.method.closeRoom,
      { id: room.id },
      { key: 'act.close_room', args: { title: room.title } },
    );

  muteParticipant = (participant: Stay, muted: boolean) =>
    this.submit(
      RoomService.method.muteParticipant,
      { participantId: participant.id, muted },
      aboutStay(muted ? 'act.mute_participant' : 'act.unmute_participant', participant),
    );

  setParticipantCamera = (participant: Stay, cameraOff: boolean) =>
    this.submit(
      RoomService.method.setParticipantCamera,
      { participantId: participant.id, cameraOff },
      cameraOff ? 'act.camera_off' : 'act.camera_on',
    );

  removeParticipant = (participant: Stay) =>
    this.submit(
      RoomService.method.removeParticipant,
      { participantId: participant.id },
      aboutStay('act.remove_participant', participant),
    );

  readmitParticipant = (participant: Stay) =>
    this.submit(
      RoomService.method.readmitParticipant,
      { participantId: participant.id },
      aboutStay('act.readmit_participant', participant),
    );

  addRoomCamera = (roomId: string, camera: Pick<Camera, 'id' | 'name'>) =>
    this.submit(
      RoomService.method.addRoomCamera,
      { roomId, cameraId: camera.id },
      { key: 'act.add_room_camera', args: { name: camera.name } },
    );

  private answerTo(order: Order) {
    // Beyond a day the hub takes no offset, and an answer must not be lost to a wrong clock.
    const offset = Math.round(this.clockOffsetMs());
    const clockOffsetMs = Math.min(Math.max(offset, -dayMs), dayMs);
    return { id: order.id, deviceAt: this.deviceAt(), clockOffsetMs };
  }

  private deviceAt = () => fromMs(this.clock.now());

  /** Any other changing method; `request_id` is filled in. */
  submit<I extends DescMessage>(
    method: ActMethod<I>,
    request: MessageInitShape<I>,
    label: Text | TextKey,
  ): Promise<Submitted> {
    const requestId = makeId();
    const message = create(method.input, { ...request, requestId });
    return this.outbox.submit({
      requestId,
      personId: this.person() ?? '',
      method: methodName(method),
      body: toBinary(method.input, message),
      doneAtMs: this.clock.now(),
      label: typeof label === 'string' ? { key: label } : label,
    });
  }
}

/** A participant: what an act has to know of it. */
type Stay = Pick<Participant, 'id' | 'name'>;

const aboutStay = (key: TextKey, { name }: Stay): Text => ({ key, args: { name } });

const editOf = (incident: Incident) => ({ id: incident.id, expectedVersion: incident.version });
const named = (key: TextKey, incident: Incident): Text => ({
  key,
  args: { number: incident.number },
});
