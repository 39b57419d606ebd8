import { Link } from 'react-admin';
import type { User } from '../api-types';
import { RecentEvents } from '../audit-events/recent-events';
import { filteredPath } from '../components/paths';
import { Page } from '../components/page';
import { RecordPage } from '../components/record-page';
import { Section } from '../components/section';
import { When } from '../components/when';
import { RecentTasks } from '../tasks/recent-tasks';
import { DeleteUser } from './delete-user';
import { GoneUser } from './gone-user';
import { UserConnections } from './user-connections';
import { userName } from './user-words';

const back = { to: '/users', label: 'Users' };

const Lead = ({ user }: { user: User }) => (
  <>
    {user.name !== undefined && <>{user.id}, </>}
    {user.email !== undefined && <>{user.email}, </>}
    last seen <When at={user.lastSeenAt} never="never" />
  </>
);

const Shown = ({ user }: { user: User }) => (
  <Page title={userName(user)} lead={<Lead user={user} />} back={back} actions={<DeleteUser user={user} />}>
    <Section
      bare
      title="Connections"
      hint="Accounts this user has connected, and whether their tokens can be used."
    >
      <UserConnections userId={user.id} />
    </Section>
    <Section
      title="Recent activity"
      action={<Link to={filteredPath('audit-events', { userId: user.id })}>See all activity</Link>}
    >
      <RecentEvents filter={{ userId: user.id }} empty="Nothing has been done for this user yet" />
    </Section>
    <Section
      title="Recent tasks"
      action={<Link to={filteredPath('tasks', { userId: user.id })}>See all tasks</Link>}
    >
      <RecentTasks filter={{ userId: user.id }} empty="No tasks for this user yet" />
    </Section>
  </Page>
);

const UserShow = () => (
  <RecordPage<User> resource="users" what="User" back={back} missing={(id) => <GoneUser id={id} />}>
    {(user) => <Shown user={user} />}
  </RecordPage>
);

export default UserShow;
