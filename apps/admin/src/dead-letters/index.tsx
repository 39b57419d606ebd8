import { lazy } from 'react';
import icon from '@mui/icons-material/ReportGmailerrorredOutlined';

export default { list: lazy(() => import('./dead-letters-page')), icon };
