import { lazy } from 'react';
import icon from '@mui/icons-material/ThumbUpAltOutlined';

export default {
  list: lazy(() => import('./approval-list')),
  show: lazy(() => import('./approval-show')),
  recordRepresentation: 'title',
  icon,
};
