/** As the API has it. */
export const SHORTEST_PASSWORD = 12;

export const passwordHint = `At least ${SHORTEST_PASSWORD} characters. A few words in a row are easy to remember.`;

/** A fault that the form can see by itself. */
export const passwordFault = (password: string, repeated: string): string | undefined => {
  if (password.length < SHORTEST_PASSWORD) return `It needs at least ${SHORTEST_PASSWORD} characters.`;
  return password === repeated ? undefined : 'The two passwords differ.';
};
