// The methods that acts may name.
import type { DescMessage, DescMethodUnary } from '@bufbuild/protobuf';

import { AccessService } from '../gen/muster/v1/access_service_pb';
import { CameraService } from '../gen/muster/v1/camera_service_pb';
import { IncidentService } from '../gen/muster/v1/incident_service_pb';
import { OrderService } from '../gen/muster/v1/order_service_pb';
import { RoomService } from '../gen/muster/v1/room_service_pb';
import { TeamService } from '../gen/muster/v1/team_service_pb';

export type ActMethod<I extends DescMessage = DescMessage> = DescMethodUnary<I>;

const services = [
  AccessService,
  CameraService,
  IncidentService,
  OrderService,
  RoomService,
  TeamService,
];

export const methodName = (method: ActMethod): string => `${method.parent.typeName}/${method.name}`;

const methods = new Map(
  services
    .flatMap((service): ActMethod[] => service.methods as unknown as ActMethod[])
    .map((method) => [methodName(method), method]),
);

/** Throws for a name that was not stored by this code. */
export function methodOf(name: string): ActMethod {
  const method = methods.get(name);
  if (!method) throw new Error(`no method ${name}`);
  return method;
}
