import { lazy } from 'react';
import icon from '@mui/icons-material/GavelOutlined';

export default {
  list: lazy(() => import('./policy-list')),
  show: lazy(() => import('./policy-show')),
  create: lazy(() => import('./policy-create')),
  edit: lazy(() => import('./policy-edit')),
  recordRepresentation: 'name',
  icon,
};
