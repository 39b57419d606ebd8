import { lazy } from 'react';
import icon from '@mui/icons-material/PowerOutlined';

export default {
  list: lazy(() => import('./connector-list')),
  show: lazy(() => import('./connector-show')),
  recordRepresentation: 'displayName',
  icon,
};
