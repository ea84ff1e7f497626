import type { TextLayout } from '../layout/layout.js'
import { Pattern } from '../layout/pattern.js'
import { patternLayout, type PatternTable } from '../layout/pattern-layout.js'
import { piecesOf } from './pieces.js'
import type { Problem, Token, Written } from './variable.js'

/** What every layout of a directive has beside its values. */
export type Described = Pick<PatternTable, 'name' | 'sentence' | 'settle' | 'looksLike'>

/** The layout of a directive whose lines are text. */
export function textOf(described: Described, written: Written): TextLayout | Problem {
  const pieces = piecesOf({ ...written, tokens: trimmed(written.tokens) })
  return 'problem' in pieces ? pieces : patternLayout({ ...described, pattern: new Pattern(pieces, written.never) })
}

/** Records come without the spaces around them. */
function trimmed(tokens: readonly Token[]): Token[] {
  return tokens.map((token, index) => {
    if (typeof token !== 'string') return token
    const start = index === 0 ? token.trimStart() : token
    return index === tokens.length - 1 ? start.trimEnd() : start
  })
}
