/** Names that run into each other, or into patterns, where they are used as they are. */
export const awkwardNames = [
  ...['a', 'a:a', ':', '', '*', 'a*', '?', '[a-z]', '\\', '{a}', '%3A', '%003A', '__proto__'],
  ...['ä', '雛', '\ud800', '\ufffd', 'a\u0000a'],
];
