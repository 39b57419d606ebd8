import { QueryClient } from '@tanstack/react-query';
import { lazy } from 'react';
import {
  Admin,
  CustomRoutes,
  reactRouterProvider,
  Resource,
  type AuthProvider,
  type DataProvider,
} from 'react-admin';
import account from './account';
import agents from './agents';
import approvals from './approvals';
import standingApprovals from './standing-approvals';
import auditEvents from './audit-events';
import connections from './connections';
import connectors from './connectors';
import deadLetters from './dead-letters';
import imports from './imports';
import { AdminLayout } from './layout/admin-layout';
import { Crash } from './layout/crash';
import { LoginPage } from './layout/login-page';
import { NotFound } from './layout/not-found';
import operatorKeys from './operator-keys';
import operators from './operators';
import policies from './policies';
import schedules from './schedules';
import tasks from './tasks';
import { darkTheme, lightTheme } from './theme/theme';
import users from './users';
import vault from './vault';
import deliveries from './webhook-deliveries';
import webhooks from './webhooks';

const { Route } = reactRouterProvider;

const SetPassword = lazy(() => import('./account/set-password-page'));
const Confirmed = lazy(() => import('./layout/confirmed-page'));
const Overview = lazy(() => import('./overview/overview-page'));

const queryClient = new QueryClient({
  defaultOptions: { queries: { retry: 1, staleTime: 2000 } },
});

interface AppProps {
  dataProvider: DataProvider;
  authProvider: AuthProvider;
}

/** The only place where pages, resources, providers and themes meet. */
export const App = ({ dataProvider, authProvider }: AppProps) => (
  <Admin
    title="Valetkey"
    dataProvider={dataProvider}
    authProvider={authProvider}
    queryClient={queryClient}
    dashboard={Overview}
    layout={AdminLayout}
    loginPage={LoginPage}
    catchAll={NotFound}
    error={Crash}
    lightTheme={lightTheme}
    darkTheme={darkTheme}
    requireAuth
    disableTelemetry
  >
    <CustomRoutes noLayout>
      <Route path="/set-password/*" element={<SetPassword />} />
      <Route path="/confirmed/*" element={<Confirmed />} />
    </CustomRoutes>
    <Resource name="users" {...users} />
    <Resource name="connections" {...connections} />
    <Resource name="tasks" {...tasks} />
    <Resource name="dead-letters" {...deadLetters} options={{ label: 'Dead letters' }} />
    <Resource name="schedules" {...schedules} />
    <Resource name="approvals" {...approvals} />
    <Resource name="standing-approvals" {...standingApprovals} options={{ label: 'Standing approvals' }} />
    <Resource name="audit-events" {...auditEvents} options={{ label: 'Audit history' }} />
    <Resource name="agents" {...agents} />
    <Resource name="policies" {...policies} />
    <Resource name="connectors" {...connectors} />
    <Resource name="providers" {...imports} options={{ label: 'Imported actions' }} />
    <Resource name="webhooks" {...webhooks} options={{ label: 'Webhooks' }} />
    <Resource name="webhook-deliveries" {...deliveries} options={{ label: 'Webhook deliveries' }} />
    <Resource name="operators" {...operators} />
    <Resource name="operator-keys" {...operatorKeys} options={{ label: 'Operator keys' }} />
    <Resource name="account" {...account} options={{ label: 'My account' }} />
    <Resource name="vault" {...vault} options={{ label: 'Vault' }} />
  </Admin>
);
