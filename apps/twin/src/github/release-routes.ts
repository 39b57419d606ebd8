import type { FastifyInstance } from 'fastify';
import { formOf } from '../oauth/request-form.js';
import type { World } from '../world.js';
import { mayPush } from './caller.js';
import { findCommit } from './git.js';
import { githubNotFound, validationFailed } from './github-errors.js';
import type { Release, Repository } from './github-state.js';
import { nextId, seconds } from './issues.js';
import { linkedPage } from './link-paging.js';
import type { Place } from './place.js';
import { CONTENTS_READ, CONTENTS_WRITE, place, pushPlace, REPO } from './place.js';
import { api, nodeId, simpleUser } from './resources.js';

/** Releases; drafts are shown to those who may push, and have no tag yet. */
export function registerReleases(app: FastifyInstance, world: World): void {
  const releases = `${REPO}/releases`;
  app.get(releases, (request, reply) => {
    const at = place(world, request, reply, CONTENTS_READ);
    const page = linkedPage(world, request, reply, visible(at));
    return page.map((release) => releaseBody(world, at.repository, release));
  });
  const one = (path: string, fits: (release: Release, key: string) => boolean) =>
    app.get(path, (request, reply) => {
      const at = place(world, request, reply, CONTENTS_READ);
      const key =
        (request.params as { '*'?: string; id?: string })['*'] ??
        (request.params as { id?: string }).id ??
        '';
      const release = visible(at).find((entry) => fits(entry, key));
      if (!release) throw githubNotFound;
      return releaseBody(world, at.repository, release);
    });
  one(`${releases}/latest`, ({ draft, prerelease }) => !draft && !prerelease);
  one(`${releases}/tags/*`, ({ draft, tag }, key) => !draft && tag === key);
  one(`${releases}/:id`, ({ id }, key) => String(id) === key);
  app.post(releases, (request, reply) => {
    const { repository, writer } = pushPlace(world, request, reply, CONTENTS_WRITE);
    const release = create(world, repository, writer.account.id, formOf(request));
    const body = releaseBody(world, repository, release);
    return reply.code(201).header('location', String(body.url)).send(body);
  });
}

function visible({ repository, caller }: Place): Release[] {
  const sees = caller !== undefined && mayPush(caller, repository);
  return repository.releases.filter(({ draft }) => sees || !draft).toReversed();
}

function create(
  world: World,
  repository: Repository,
  authorId: string,
  form: Record<string, string | undefined>,
): Release {
  const { git, releases } = repository;
  const { tag_name: tag, target_commitish: target = 'main', name = null, body = null } = form;
  if (!tag) throw validationFailed('Release', 'tag_name');
  if (releases.some((release) => release.tag === tag && !release.draft))
    throw validationFailed('Release', 'tag_name', 'already_exists');
  const commit = findCommit(git, git.tags[tag] ?? target);
  if (!commit) throw validationFailed('Release', 'target_commitish', 'invalid');
  const draft = form.draft === 'true';
  if (!draft) git.tags[tag] ??= commit.sha;
  const release: Release = {
    id: nextId(world),
    tag,
    target,
    name,
    body,
    draft,
    prerelease: form.prerelease === 'true',
    authorId,
    createdAt: commit.date,
    publishedAt: draft ? null : seconds(world),
  };
  releases.push(release);
  world.changed();
  return release;
}

function releaseBody(world: World, { owner, name }: Repository, release: Release): Record<string, unknown> {
  const url = api(world, `/repos/${owner}/${name}/releases/${release.id}`);
  return {
    url,
    assets_url: `${url}/assets`,
    html_url: `${world.url}/github/${owner}/${name}/releases/tag/${release.tag}`,
    id: release.id,
    node_id: nodeId('Release', release.id),
    tag_name: release.tag,
    target_commitish: release.target,
    name: release.name,
    body: release.body,
    draft: release.draft,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    published_at: release.publishedAt,
    author: simpleUser(world, release.authorId),
    assets: [],
  };
}
