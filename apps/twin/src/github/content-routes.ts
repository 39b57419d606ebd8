import { createHash } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { formOf, queryOf } from '../oauth/request-form.js';
import type { World } from '../world.js';
import { mayUse } from './caller.js';
import { addCommit, blobOf, commitOf, findCommit, storeBlob } from './git.js';
import { commitBody, entryBody } from './git-resources.js';
import { GithubError, githubNotFound } from './github-errors.js';
import type { Commit, Git, Repository } from './github-state.js';
import { seconds } from './issues.js';
import { CONTENTS_READ, CONTENTS_WRITE, place, pushPlace, REPO } from './place.js';

const DEFAULT_BRANCH = 'main';
const SHOWN_BYTES = 1024 * 1024;

/** Files of a repository. */
export function registerContents(app: FastifyInstance, world: World): void {
  for (const path of [`${REPO}/contents`, `${REPO}/contents/*`]) {
    app.get(path, (request, reply) => {
      const { repository } = place(world, request, reply, CONTENTS_READ);
      const { ref = DEFAULT_BRANCH } = queryOf(request);
      const commit = findCommit(repository.git, ref);
      if (!commit) throw new GithubError(404, `No commit found for the ref ${ref}`);
      return contents(world, repository, commit, pathOf(request));
    });
  }
  app.put(`${REPO}/contents/*`, (request, reply) => write(world, request, reply));
}

function pathOf(request: FastifyRequest): string {
  return ((request.params as { '*'?: string })['*'] ?? '').replace(/\/$/, '');
}

function contents(world: World, repository: Repository, { tree }: Commit, path: string): unknown {
  const { git } = repository;
  const sha = tree[path];
  if (sha !== undefined) {
    const bytes = blobOf(git, sha);
    const isShown = bytes.length <= SHOWN_BYTES;
    const content = isShown ? bytes.toString('base64').replaceAll(/.{1,60}/g, '$&\n') : '';
    const file = entryBody(world, repository, { path, type: 'file', sha, size: bytes.length });
    return { ...file, content, encoding: isShown ? 'base64' : 'none' };
  }
  const entries = children(git, tree, path === '' ? '' : `${path}/`);
  if (entries.length === 0) throw githubNotFound;
  return entries.map((entry) => entryBody(world, repository, entry));
}

function children(git: Git, tree: Commit['tree'], prefix: string) {
  const names = new Map<string, { path: string; type: 'file' | 'dir'; sha: string; size: number }>();
  for (const [path, sha] of Object.entries(tree).sort()) {
    if (!path.startsWith(prefix)) continue;
    const [name = '', ...deeper] = path.slice(prefix.length).split('/');
    const own = prefix + name;
    const entry = deeper.length
      ? {
          path: own,
          type: 'dir' as const,
          sha: createHash('sha1').update(`${own}${sha}`).digest('hex'),
          size: 0,
        }
      : { path: own, type: 'file' as const, sha, size: blobOf(git, sha).length };
    if (!names.has(own)) names.set(own, entry);
  }
  return [...names.values()];
}

function write(world: World, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { repository, writer } = pushPlace(world, request, reply, CONTENTS_WRITE);
  const { git } = repository;
  const path = pathOf(request);
  const { message, content, sha, branch = DEFAULT_BRANCH } = formOf(request);
  if (path.startsWith('.github/workflows/') && !mayUse(writer, 'workflow')) throw githubNotFound;
  if (!message) throw invalid('"message" wasn\'t supplied.');
  if (content === undefined) throw invalid('"content" wasn\'t supplied.');
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(content)) throw new GithubError(422, 'content is not valid Base64');
  const head = Object.hasOwn(git.branches, branch) ? git.branches[branch] : undefined;
  if (head === undefined) throw new GithubError(404, `Branch ${branch} not found`);
  const parent = commitOf(git, head);
  const present = parent.tree[path];
  if (present !== undefined && sha === undefined) throw invalid('"sha" wasn\'t supplied.');
  if (sha !== undefined && present !== sha) throw new GithubError(409, `${path} does not match ${sha}`);
  const bytes = Buffer.from(content, 'base64');
  const blob = storeBlob(git, bytes);
  const commit = addCommit(git, {
    message,
    authorId: writer.account.id,
    date: seconds(world),
    parents: [parent.sha],
    tree: { ...parent.tree, [path]: blob },
  });
  git.branches[branch] = commit.sha;
  world.changed();
  const file = entryBody(world, repository, { path, type: 'file', sha: blob, size: bytes.length });
  const { commit: said, ...address } = commitBody(world, repository, commit) as { commit: object };
  return reply
    .code(present === undefined ? 201 : 200)
    .send({ content: file, commit: { ...address, ...said } });
}

function invalid(what: string): GithubError {
  return new GithubError(422, `Invalid request.\n\n${what}`);
}
