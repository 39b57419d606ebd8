import { lazy } from 'react';
import icon from '@mui/icons-material/KeyOutlined';

export default {
  list: lazy(() => import('./operator-key-list')),
  show: lazy(() => import('./operator-key-show')),
  create: lazy(() => import('./operator-key-create')),
  recordRepresentation: 'name',
  icon,
};
