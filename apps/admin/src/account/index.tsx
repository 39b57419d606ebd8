import { lazy } from 'react';
import icon from '@mui/icons-material/ManageAccountsOutlined';

export default { list: lazy(() => import('./account-page')), icon };
