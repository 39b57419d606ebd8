import {
  destructiveWhen,
  isGiven,
  isOn,
  isWord,
  requestRules,
  type RequestRule,
} from '../requests/request-rules.js';
import table from './routes.json' with { type: 'json' };

const FILE = '/drive/v3/files/{fileId}';
const change: RequestRule = {
  actions: ['files.rename', 'files.move', 'files.trash', 'files.restore'],
  judge: destructiveWhen({ trashed: isOn, explicitlyTrashed: isOn }),
};
const access: RequestRule['judge'] = destructiveWhen({
  role: isWord('owner', 'organizer'),
  transferOwnership: isOn,
  pendingOwner: isOn,
  removeExpiration: isOn,
  moveToNewOwnersRoot: isOn,
});

/** The effects of forwarded requests to Google Drive. */
export const requests = requestRules(
  table,
  {
    'GET /drive/v3/files': { actions: ['files.search'] },
    [`GET ${FILE}`]: { actions: ['files.get', 'files.download'] },
    [`GET ${FILE}/export`]: { actions: ['files.export'] },
    [`POST ${FILE}/download`]: { actions: ['files.download', 'files.export'] },
    [`GET ${FILE}/permissions`]: { actions: ['permissions.list'] },
    'POST /drive/v3/files': { actions: ['folders.create', 'files.upload'] },
    'POST /upload/drive/v3/files': { actions: ['files.upload'] },
    'PUT /upload/drive/v3/files': { actions: ['files.upload'] },
    [`POST ${FILE}/copy`]: { actions: ['files.copy'] },
    [`PATCH ${FILE}`]: change,
    [`PATCH /upload${FILE}`]: change,
    [`POST ${FILE}/permissions`]: { actions: ['files.share'], judge: access },
    [`PATCH ${FILE}/permissions/{permissionId}`]: { actions: ['files.share'], judge: access },
    [`DELETE ${FILE}/permissions/{permissionId}`]: { actions: ['files.unshare'] },
    [`DELETE ${FILE}`]: { actions: ['files.trash'] },
    [`PATCH ${FILE}/revisions/{revisionId}`]: {
      // Published: everybody on the web can read it.
      judge: destructiveWhen({
        published: isOn,
        publishAuto: isOn,
        publishedOutsideDomain: isOn,
        publishedLink: isGiven,
      }),
    },
  },
  {
    // An administrator can act on everybody's files.
    judge: (sent) =>
      sent.queryValues('useDomainAdminAccess').some(isOn) ? { effect: 'destructive' } : undefined,
  },
);
