// Every command on incidents and orders; the console adds its own (focus, forms, views) to these.
import { incidentCommands } from './incident_commands';
import { orderCommands } from './order_commands';

export const businessCommands = [...incidentCommands, ...orderCommands];
