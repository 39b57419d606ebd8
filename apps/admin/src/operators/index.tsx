import { lazy } from 'react';
import icon from '@mui/icons-material/BadgeOutlined';

export default {
  list: lazy(() => import('./operator-list')),
  show: lazy(() => import('./operator-show')),
  create: lazy(() => import('./operator-invite')),
  recordRepresentation: 'email',
  icon,
};
