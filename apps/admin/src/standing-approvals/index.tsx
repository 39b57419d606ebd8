import { lazy } from 'react';
import icon from '@mui/icons-material/VerifiedUserOutlined';

export default {
  list: lazy(() => import('./standing-list')),
  show: lazy(() => import('./standing-show')),
  recordRepresentation: 'title',
  icon,
};
