import { lazy } from 'react';
import icon from '@mui/icons-material/OutboxOutlined';

export default {
  list: lazy(() => import('./delivery-list')),
  show: lazy(() => import('./delivery-show')),
  recordRepresentation: 'type',
  icon,
};
