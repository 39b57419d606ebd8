import { UnreadableRequest } from '../requests/json-members.js';
import {
  destructiveWhen,
  isOff,
  isOn,
  isWord,
  requestRules,
  type RequestRule,
  type Verdict,
} from '../requests/request-rules.js';
import type { SentRequest } from '../requests/sent-request.js';
import table from './routes.json' with { type: 'json' };

/** The argument may be in the query as well (https://www.dropbox.com/developers/documentation/http/documentation). */
const judged =
  (judge: (sent: SentRequest) => Verdict | undefined) =>
  (sent: SentRequest): Verdict | undefined => {
    if (sent.queryValues('arg').length > 0) throw new UnreadableRequest('is not where its argument is');
    return judge(sent);
  };

const route = (...actions: string[]): RequestRule => ({ actions });
const relocates = (...actions: string[]): RequestRule => ({
  actions,
  judge: judged(destructiveWhen({ allow_ownership_transfer: isOn })),
});
const member = (place: string): RequestRule => ({
  judge: judged(destructiveWhen({ [place]: isWord('owner') })),
});
const link = (...actions: string[]): RequestRule => ({
  actions,
  judge: judged(
    destructiveWhen({
      remove_expiration: isOn,
      'settings.require_password': isOff,
      'settings.audience': isWord('public'),
      'settings.requested_visibility': isWord('public'),
    }),
  ),
});

/** The effects of forwarded requests to Dropbox. */
export const requests = requestRules(
  table,
  {
    'POST /2/users/get_current_account': route('account.get'),
    'POST /2/files/get_metadata': route('files.get'),
    'POST /2/files/list_folder': route('files.list'),
    'POST /2/files/list_folder/continue': route('files.list'),
    'POST /2/files/search_v2': route('files.search'),
    'POST /2/files/search/continue_v2': route('files.search'),
    'POST /2/files/download': route('files.download'),
    'POST /2/files/upload': route('files.upload'),
    'POST /2/files/upload_session/finish': route('files.upload'),
    'POST /2/files/create_folder_v2': route('folders.create'),
    'POST /2/files/create_folder': route('folders.create'),
    'POST /2/files/copy_v2': relocates('files.copy'),
    'POST /2/files/copy': relocates('files.copy'),
    'POST /2/files/copy_batch': relocates('files.copy'),
    'POST /2/files/copy_batch_v2': relocates('files.copy'),
    'POST /2/files/move_v2': relocates('files.move'),
    'POST /2/files/move': relocates('files.move'),
    'POST /2/files/move_batch': relocates('files.move'),
    'POST /2/files/move_batch_v2': relocates('files.move'),
    'POST /2/files/delete_v2': route('files.delete'),
    'POST /2/files/delete': route('files.delete'),
    'POST /2/files/delete_batch': route('files.delete'),
    'POST /2/files/permanently_delete': route('files.delete'),
    'POST /2/sharing/create_shared_link_with_settings': route('links.create'),
    'POST /2/sharing/create_shared_link': route('links.create'),
    'POST /2/sharing/modify_shared_link_settings': link(),
    'POST /2/sharing/revoke_shared_link': route('links.revoke'),
    'POST /2/sharing/add_folder_member': member('members.*.access_level'),
    'POST /2/sharing/add_file_member': member('access_level'),
    'POST /2/sharing/update_folder_member': member('access_level'),
    'POST /2/sharing/update_file_member': member('access_level'),
  },
  // Content is read with `GET` as well as `POST`.
  { isGetActing: true },
);
