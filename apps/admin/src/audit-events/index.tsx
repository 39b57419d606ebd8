import { lazy } from 'react';
import icon from '@mui/icons-material/HistoryEduOutlined';
import type { AuditEvent } from '../api-types';
import { sentence } from './event-sentence';

export default {
  list: lazy(() => import('./event-list')),
  show: lazy(() => import('./event-show')),
  recordRepresentation: (event: AuditEvent) => sentence(event),
  icon,
};
