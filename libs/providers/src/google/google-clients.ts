import type { AnswerRules, Provider } from '../core/provider.js';

/** What readers of Google's answers get, whichever API it is. */
export const googleAnswers: AnswerRules = {
  headers:
    /^x-goog-(hash|generation|metageneration|stored-content-(encoding|length)|upload-(status|size-received|chunk-granularity))$/,
  addressHeaders: /^x-goog-upload-(control-)?url$/,
  // A channel's resource, and the page itself in older APIs.
  links: /^(resourceUri|selfLink)$/,
  sessions: /[?&]upload_id=/,
};

/** What Google's clients make their error's message of. */
export const googleProblem: NonNullable<Provider['problemMembers']> = ({ status, code, detail }) => ({
  error: { code: status, message: detail, errors: [{ message: detail, domain: 'valetkey', reason: code }] },
});
