import { lazy } from 'react';
import icon from '@mui/icons-material/HistoryEduOutlined';
import { sentence } from './event-sentence';

export default {
  list: lazy(() => import('./event-list')),
  show: lazy(() => import('./event-show')),
  recordRepresentation: sentence,
  icon,
};
