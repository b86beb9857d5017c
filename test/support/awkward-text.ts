import fc from 'fast-check';

/** Texts of what the handling of prompts stumbles over: delimiters, signs, marks, joiners, half characters. */
export const awkwardText = fc
  .array(
    fc.constantFrom(
      ...[' ', '  ', '\n', '\r\n', '\t', '\u00a0', '\u2028', '\u3000', '\ufeff'],
      ...['`', '``', '```', '~~~', '"', "'", '‘', '’', '“', '”', '„', '«', '»', '「', '」'],
      ...[
        '＂',
        '＇',
        '｀',
        '｢',
        '\u1fef',
        '!',
        '?',
        '.',
        '…',
        '。',
        '！',
        '．',
        '*',
        '+',
        '(',
        ')',
      ],
      ...['A', 'b', 'İ', 'ı', 'Σ', 'ς', 'ß', 'ﬁ', 'ﾊ', 'ﾞ', '5', '²', '½', ' 5 MW', ' 1 Mb', 'K'],
      ...['\u0301', '\u0307', '\u0323', '\u0338', '<', '＜', '\u200b', '\u200d', '\u00ad'],
      ...['\ud800', '\udc00', '🐣', '<|endoftext|>'],
    ),
    { maxLength: 16 },
  )
  .map((parts) => parts.join(''));
