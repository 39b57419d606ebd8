import type { RouteTable } from '../../requests/route-table.js';
import { routesFrom, type JudgedOperations } from './derived-routes.js';

/** Every route is called with `POST`: what it does is in its name and its scope only. */
const JUDGED: JudgedOperations = {
  reads: [
    /^account\/get_photo$/,
    /^check\/user$/,
    /^file_properties\/(properties\/search(\/continue)?|templates\/(get|list)_for_user)$/,
    /^file_requests\/(count|get|list(_v2|\/continue)?)$/,
    /^files\/(copy|move|delete|create_folder)_batch\/check(_v2)?$/,
    /^files\/(alpha\/get_metadata|download|download_zip|export|get_file_lock_batch|get_metadata|get_preview)$/,
    /^files\/(get_temporary_link|get_thumbnail(_v2|_batch)?|list_revisions|tags\/get)$/,
    /^files\/list_folder(\/continue|\/get_latest_cursor|\/longpoll)?$/,
    /^files\/(save_url\/check_job_status|search(\/continue)?(_v2)?|upload_session\/finish_batch\/check)$/,
    /^openid\/userinfo$/,
    /^paper\/docs\/(download|get_folder_info|get_metadata|list(\/continue)?|sharing_policy\/get)$/,
    /^paper\/docs\/(folder_users|users)\/list(\/continue)?$/,
    /^riviera\/get_/,
    /^sharing\/(check_(\w+_)?job_status|get_|list_)/,
    /^users\/(features\/get_values|get_)/,
  ],
  writes: [
    /^account\/set_profile_photo$/,
    /^file_properties\/properties\/(add|overwrite|update)$/,
    /^file_requests\/(create|update)$/,
    /^files\/(copy|move)(_batch)?(_v2)?$/,
    /^files\/copy_reference\/(get|save)$/,
    /^files\/create_folder(_batch|_v2)?$/,
    /^files\/(alpha\/upload|upload|save_url|restore|lock_file_batch|unlock_file_batch)$/,
    /^files\/upload_session\/(append(_v2|_batch)?|start(_batch)?|finish(_batch(_v2)?)?)$/,
    /^files\/(paper\/(create|update)|properties\/(add|overwrite|update)|tags\/(add|remove))$/,
    /^paper\/(docs\/(create|update)|folders\/create)$/,
    /^sharing\/(add|update)_(file|folder)_member$/,
    /^sharing\/(create_shared_link(_with_settings)?|modify_shared_link_settings|revoke_shared_link)$/,
    /^sharing\/(mount_folder|share_folder)$/,
  ],
};

/** `upload_session/append:2` is called as `upload_session/append_v2`. */
const calledAs = (name: string): string => name.replace(/:(\d+)$/, '_v$1');

/** Every route of the Stone files, those of teams included: they are known, and none of them is harmless. */
export function dropboxRoutes(archive: string, version: string, date: string): RouteTable {
  // The archive's headers are padded with NUL.
  const blocks = archive.replaceAll('\0', '\n').split(/^(?=route |namespace )/m);
  const ids = new Set<string>();
  let namespace = '';
  for (const block of blocks) {
    namespace = /^namespace (\w+)/.exec(block)?.[1] ?? namespace;
    const name = /^route ([\w/:]+)/.exec(block)?.[1];
    if (name) ids.add(`${namespace}/${calledAs(name)}`);
  }
  const operations = [...ids].map((id) => ({ method: 'POST', paths: [`/2/${id}`], id }));
  const origin = { source: 'Dropbox API specification (github.com/dropbox/dropbox-api-spec)', version, date };
  return routesFrom(origin, operations, JUDGED);
}
