import { lazy } from 'react';
import icon from '@mui/icons-material/WebhookOutlined';

export default {
  list: lazy(() => import('./webhook-list')),
  show: lazy(() => import('./webhook-show')),
  create: lazy(() => import('./webhook-create')),
  edit: lazy(() => import('./webhook-edit')),
  recordRepresentation: 'url',
  icon,
};
