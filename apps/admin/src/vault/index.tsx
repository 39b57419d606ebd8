import { lazy } from 'react';
import icon from '@mui/icons-material/LockOutlined';

export default { list: lazy(() => import('./vault-page')), icon };
