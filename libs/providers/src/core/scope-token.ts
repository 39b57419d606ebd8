const pattern = /^[\x21\x23-\x5b\x5d-\x7e]{1,200}$/;

/** Whether a word can be a scope (RFC 6749 section 3.3). What a provider writes where a scope belongs need not be one. */
export const isScopeToken = (word: string): boolean => pattern.test(word);
