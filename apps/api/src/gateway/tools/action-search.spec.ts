import { allProviders } from '@valetkey/providers';
import { ActionSearch } from './action-search.js';

const search = new ActionSearch();
const actions = allProviders().flatMap((provider) =>
  provider.actions.map((action) => ({ provider, action })),
);

describe('the search for an action', () => {
  it.each([
    ['send an email', 'gmail.messages.send'],
    ['Send an E-Mail to Bob about the invoice', 'gmail.messages.send'],
    ['create a calendar event', 'google-calendar.events.create'],
    ['merge a PR', 'github.pulls.merge'],
    ['open issue github', 'github.issues.create'],
    ['comment on an issue', 'github.issues.comment'],
    ['upload a file to dropbox', 'dropbox.files.upload'],
    ['upload a file to google drive', 'google-drive.files.upload'],
    ['stop sharing file', 'google-drive.files.unshare'],
    ['post a message in slack', 'slack.messages.post'],
    ['create a page in notion', 'notion.pages.create'],
    ['create an issue in linear', 'linear.issues.create'],
    ['append rows to a google sheet', 'google-sheets.values.append'],
    ['reply in a slack thread', 'slack.messages.reply'],
    ['who is spengler@example.com in Slack, find person by email', 'slack.users.find'],
    ['download attachments', 'gmail.attachments.get'],
  ])('puts first for %j: %s', (query, id) => {
    expect(search.ranked(query)[0]).toBe(id);
  });

  it.each([
    ['what meetings do I have tomorrow?', 'google-calendar.events.list'],
    ['schedule meeting', 'google-calendar.events.create'],
    ['when are we all free', 'google-calendar.slots.find'],
    ['lables gmail', 'gmail.labels.list'],
  ])('has among the first three for %j: %s', (query, id) => {
    expect(search.ranked(query).slice(0, 3)).toContain(id);
  });

  it('puts every action first for its id, and among the first two for its title and provider', () => {
    const lost = actions.filter(({ provider, action: { id, title } }) => {
      const byTitle = search.ranked(`${title} ${provider.displayName}`);
      return search.ranked(id)[0] !== id || !byTitle.slice(0, 2).includes(id);
    });
    expect(lost.map(({ action }) => action.id)).toEqual([]);
  });

  it.each(['zzzzzz', '!!!', 'the of a', '<script>', '\u0000'])('finds nothing for %j', (query) => {
    expect(search.ranked(query)).toEqual([]);
  });
});
