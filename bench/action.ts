import { eventCalls } from './kit/event-calls.js';

export const action = eventCalls({
  name: 'action',
  measures:
    'runs of google-calendar.events.list: input, policy and scopes checked, intent and outcome committed',
  title: 'POST /v1/actions/google-calendar.events.list',
  ours: ({ userId }, key) => [
    '/v1/actions/google-calendar.events.list',
    `Bearer ${key}`,
    { body: JSON.stringify({ userId, input: { limit: 4 } }) },
  ],
});
