import { lazy } from 'react';
import icon from '@mui/icons-material/SmartToyOutlined';

export default {
  list: lazy(() => import('./agent-list')),
  show: lazy(() => import('./agent-show')),
  create: lazy(() => import('./agent-create')),
  recordRepresentation: 'name',
  icon,
};
