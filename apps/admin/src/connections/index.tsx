import { lazy } from 'react';
import icon from '@mui/icons-material/LinkOutlined';
import type { Connection } from '../api-types';
import { connectionName } from './token-status-words';

export default {
  list: lazy(() => import('./connection-list')),
  show: lazy(() => import('./connection-show')),
  recordRepresentation: connectionName as (connection: Connection) => string,
  icon,
};
