import { lazy } from 'react';
import icon from '@mui/icons-material/ApiOutlined';

export default {
  list: lazy(() => import('./import-list')),
  show: lazy(() => import('./import-show')),
  create: lazy(() => import('./import-create')),
  recordRepresentation: 'displayName',
  icon,
};
