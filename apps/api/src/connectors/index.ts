export { callbackUrl } from './callback-url.js';
export { clientAudience } from './connector-audience.js';
export { endpointsOf, presetOf, scopeSeparatorOf, type Connector } from './connector.js';
export { isAcceptableEndpoint } from './connector-definition.js';
export { ConnectorDependents, type ConnectorDependent } from './connector-dependents.js';
export { ConnectorTerminations } from './connector-terminations.js';
export { parseConnectorsFile, readConnectorsFile, type ConnectorsFile } from './connectors-file.js';
export { ConnectorsModule } from './connectors.module.js';
export { connectorDisabled, ConnectorsService } from './connectors.service.js';
