import { type Incident, IncidentStatus } from '../gen/muster/v1/incident_pb';
import type { Text } from '../i18n/text';
import type { Command, Scene } from './command';
import { mayDispatch } from './roles';

const available = ({ role, incident }: Scene) => incident !== undefined && mayDispatch(role);

const closed = ({ incident }: Scene): Text | undefined =>
  incident?.status === IncidentStatus.CLOSED ? { key: 'disabled.closed' } : undefined;

const atLeast =
  (status: IncidentStatus) =>
  ({ incident }: Scene): Text | undefined =>
    incident && incident.status >= status ? { key: 'disabled.already' } : undefined;

const openOrders = ({ openOrders: { length } }: Scene): Text | undefined =>
  length > 0 ? { key: 'disabled.open_orders', args: { n: length } } : undefined;

const withIncident = (act: (incident: Incident) => unknown, { incident }: Scene) => {
  if (incident) act(incident);
};

export const incidentCommands: Command[] = [
  {
    id: 'incident.verify',
    label: 'command.incident.verify',
    keys: 'v',
    available,
    disabled: (scene) => closed(scene) ?? atLeast(IncidentStatus.VERIFIED)(scene),
    run: (scene, acts) => withIncident(acts.verifyIncident, scene),
  },
  {
    id: 'incident.contain',
    label: 'command.incident.contain',
    keys: 'c',
    available,
    disabled: (scene) => closed(scene) ?? atLeast(IncidentStatus.CONTAINED)(scene),
    run: (scene, acts) => withIncident(acts.containIncident, scene),
  },
  {
    id: 'incident.close',
    label: 'command.incident.close',
    keys: 'shift+x',
    available,
    disabled: (scene) => closed(scene) ?? openOrders(scene),
    run: (scene, acts) => withIncident((incident) => acts.closeIncident(incident), scene),
  },
];
