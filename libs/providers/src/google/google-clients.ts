import type { AnswerRules, Provider } from '../core/provider.js';

/** Rules for responses that are common to Google's APIs. */
export const googleAnswers: AnswerRules = {
  headers:
    /^x-goog-(hash|generation|metageneration|stored-content-(encoding|length)|upload-(status|size-received|chunk-granularity))$/,
  addressHeaders: /^x-goog-upload-(control-)?url$/,
  // A channel's resource, and the page itself in older APIs.
  links: /^(resourceUri|selfLink)$/,
  sessions: /[?&]upload_id=/,
};

/** The members from which Google's clients build their error's message. */
export const googleProblem: NonNullable<Provider['problemMembers']> = ({ status, code, detail }) => ({
  error: { code: status, message: detail, errors: [{ message: detail, domain: 'valetkey', reason: code }] },
});
