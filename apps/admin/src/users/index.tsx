import { lazy } from 'react';
import icon from '@mui/icons-material/PeopleOutlined';
import { userName } from './user-words';

export default {
  list: lazy(() => import('./user-list')),
  show: lazy(() => import('./user-show')),
  recordRepresentation: userName,
  icon,
};
