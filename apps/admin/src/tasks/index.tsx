import { lazy } from 'react';
import icon from '@mui/icons-material/TaskAltOutlined';

export default {
  list: lazy(() => import('./task-list')),
  show: lazy(() => import('./task-show')),
  recordRepresentation: 'action',
  icon,
};
