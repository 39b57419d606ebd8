import { useState, type ReactNode } from 'react';
import { Box, ListItemIcon, ListItemText, MenuItem, Typography } from '@mui/material';
import AccountIcon from '@mui/icons-material/ManageAccountsOutlined';
import { AppBar, Layout, LinkBase, Logout, Menu, UserMenu, useUserMenu } from 'react-admin';
import { roleWords } from '../components/role-words';
import { currentSession, keepEnrolled } from '../providers/session';
import { SearchButton } from '../search/search-button';
import { EnrolPage } from './enrol-page';
import { KeyMark } from './key-mark';
import { NamedSidebar } from './named-sidebar';
import { OfflineNotice } from './offline-notice';
import { StepUpDialog } from './step-up-dialog';

const Brand = () => (
  <Box
    component={LinkBase}
    to="/"
    sx={{
      display: 'inline-flex',
      gap: 1.25,
      alignItems: 'center',
      color: 'inherit',
      textDecoration: 'none',
      flex: 'none',
      mr: 'auto',
    }}
  >
    <KeyMark />
    <Typography component="span" sx={{ fontWeight: 650, fontSize: '1.0625rem', letterSpacing: '-0.01em' }}>
      Valetkey
    </Typography>
  </Box>
);

const Identity = () => {
  const session = currentSession();
  if (!session) return null;
  const { email, role } = session.operator;
  return (
    <Box component="li" sx={{ px: 2, py: 1, borderBottom: 1, borderColor: 'divider', mb: 0.5 }}>
      <Typography variant="body2" sx={{ fontWeight: 600 }}>
        {email}
      </Typography>
      <Typography variant="caption" color="textSecondary">
        {roleWords[role]}
      </Typography>
    </Box>
  );
};

const AccountItem = () => (
  <MenuItem component={LinkBase} to="/account" onClick={useUserMenu()?.onClose}>
    <ListItemIcon>
      <AccountIcon fontSize="small" />
    </ListItemIcon>
    <ListItemText>My account</ListItemText>
  </MenuItem>
);

/** The button shows the email, so its name has to say it too. */
const menuLabel = () => `Account of ${currentSession()?.operator.email ?? 'the operator'}`;

const Operator = () => (
  <UserMenu label={menuLabel()}>
    <Identity />
    <AccountItem />
    <Logout />
  </UserMenu>
);

const topBarLook = {
  '& .RaAppBar-toolbar': { minHeight: 56, px: 1.5, gap: 0.5 },
  '& .MuiIconButton-root, & .RaUserMenu-userButton': { color: 'text.secondary' },
  '& .MuiIconButton-root svg': { fontSize: 21 },
};

const TopBar = () => (
  <AppBar alwaysOn userMenu={<Operator />} sx={topBarLook}>
    <Brand />
    <SearchButton />
  </AppBar>
);

const Group = ({ label }: { label: string }) => (
  <Typography
    component="li"
    role="presentation"
    variant="overline"
    color="textSecondary"
    sx={{ px: 2.25, pt: 2, pb: 0.5, '.RaMenu-closed &': { visibility: 'hidden', py: 0 } }}
  >
    {label}
  </Typography>
);

const Navigation = () => (
  <Box component="nav" aria-label="Main">
    <Menu sx={{ mt: 1 }}>
      <Menu.DashboardItem primaryText="Overview" />
      <Group label="People" />
      <Menu.ResourceItem name="users" />
      <Menu.ResourceItem name="connections" />
      <Group label="Activity" />
      <Menu.ResourceItem name="tasks" />
      <Menu.ResourceItem name="dead-letters" />
      <Menu.ResourceItem name="schedules" />
      <Menu.ResourceItem name="approvals" />
      <Menu.ResourceItem name="standing-approvals" />
      <Menu.ResourceItem name="audit-events" />
      <Group label="Set up" />
      <Menu.ResourceItem name="agents" />
      <Menu.ResourceItem name="policies" />
      <Menu.ResourceItem name="connectors" />
      <Menu.ResourceItem name="providers" />
      <Menu.ResourceItem name="webhooks" />
      <Menu.ResourceItem name="operators" />
      <Menu.ResourceItem name="operator-keys" />
      <Menu.ResourceItem name="vault" />
    </Menu>
  </Box>
);

export const AdminLayout = ({ children }: { children: ReactNode }) => {
  const [mustEnrol, setMustEnrol] = useState(currentSession()?.mustEnrol ?? false);
  const enrolled = () => {
    keepEnrolled();
    setMustEnrol(false);
  };
  return (
    <>
      <StepUpDialog />
      {mustEnrol ? (
        <EnrolPage onDone={enrolled} />
      ) : (
        <Layout appBar={TopBar} appBarAlwaysOn menu={Navigation} sidebar={NamedSidebar}>
          <OfflineNotice />
          {children}
        </Layout>
      )}
    </>
  );
};
