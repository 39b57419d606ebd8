import { z } from 'zod';
import { at, person, present } from './input-fields.js';
import { unmarked } from './marker.js';

export const release = z.object({
  id: z.int().describe('Id of the release'),
  tag: z.string().describe('Tag that it is made from'),
  name: z.string().optional().describe('Title'),
  body: z.string().optional().describe('Notes in Markdown'),
  draft: z.boolean().describe('Not published: seen only by those who may push'),
  prerelease: z.boolean().describe('Not ready for production'),
  author: z.string().optional().describe('Login of the author'),
  assets: z.array(z.string()).describe('Names of the files attached'),
  createdAt: z.string().optional().describe('RFC 3339, of the commit'),
  publishedAt: z.string().optional().describe('RFC 3339; absent for a draft'),
  url: z.string().optional().describe('Address of the release on GitHub'),
});

export const githubRelease = z.object({
  id: z.int(),
  tag_name: z.string(),
  name: z.string().nullish(),
  body: z.string().nullish(),
  draft: z.boolean(),
  prerelease: z.boolean(),
  author: person,
  assets: z.array(z.object({ name: z.string() })).default([]),
  created_at: at,
  published_at: at,
  html_url: z.string().optional(),
});

export const toRelease = (from: z.output<typeof githubRelease>): z.output<typeof release> => ({
  id: from.id,
  tag: from.tag_name,
  name: present(from.name),
  body: unmarked(from.body),
  draft: from.draft,
  prerelease: from.prerelease,
  author: from.author?.login,
  assets: from.assets.map(({ name }) => name),
  createdAt: present(from.created_at),
  publishedAt: present(from.published_at),
  url: from.html_url,
});
