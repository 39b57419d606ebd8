import { lazy } from 'react';
import icon from '@mui/icons-material/EventRepeatOutlined';

export default {
  list: lazy(() => import('./schedule-list')),
  show: lazy(() => import('./schedule-show')),
  recordRepresentation: 'action',
  icon,
};
