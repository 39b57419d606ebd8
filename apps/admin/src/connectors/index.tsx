import { lazy } from 'react';
import icon from '@mui/icons-material/PowerOutlined';

export default {
  list: lazy(() => import('./connector-list')),
  show: lazy(() => import('./connector-show')),
  create: lazy(() => import('./connector-create')),
  edit: lazy(() => import('./connector-edit')),
  recordRepresentation: 'displayName',
  icon,
};
