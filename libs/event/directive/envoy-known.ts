import type { TextLayout } from '../layout/layout.js'
import { Pattern, type Piece } from '../layout/pattern.js'
import { patternLayout } from '../layout/pattern-layout.js'
import { oneOf } from './alternatives.js'
import { formatOf, variantsOf, written } from './envoy.js'
import { formEnd } from './joined.js'
import { piecesOf } from './pieces.js'
import { textOf, type Described } from './text-directive.js'
import { isProblem, type Problem, type Token } from './variable.js'

/** The layout of a known format string, behind which operators may have put columns of their own. */
export function knownEnvoy(described: Described, directive: string): TextLayout | Problem {
  const format = formatOf(directive)
  if ('problem' in format) return format
  const own = { ...described, settle: format.settle }
  const variants = variantsOf(format.tokens)
  const sure = variants.map((tokens) => sureOf(own, tokens))
  const loose = variants.map((tokens) => textOf(own, written(tokens)))
  const layouts = [...sure, ...loose]
  return layouts.find((layout) => isProblem(layout)) ?? oneOf(layouts as TextLayout[])
}

/** What Envoy writes for an id and an address, before a quote. */
const FORMS: ReadonlyMap<string, RegExp> = new Map([
  ['%REQ(X-REQUEST-ID)%', /(?:-|[\dA-Fa-f]{8}(?:-[\dA-Fa-f]{4}){3}-[\dA-Fa-f]{12})(?=")/y],
  ['%UPSTREAM_HOST%', /(?:-|(?:[a-z]{2,8}:\/\/)?(?:\[[\w:.%]{2,80}\]|[\w.-]{1,253}):\d{1,5}|[/@][^\s"]{0,255})(?=")/y],
])

/**
 * The same line read from its start only, with an id and an address where they must stand: no value before them holds quotes
 * then, and what stands behind is a column of the operator's.
 */
function sureOf(described: Described, tokens: readonly Token[]): TextLayout | Problem {
  const bounded = tokens.map((token) =>
    typeof token === 'string' || token.reach !== 'spaces' ? token : { ...token, reach: 'rare' as const },
  )
  const pieces = piecesOf(written(bounded))
  return isProblem(pieces) ? pieces : patternLayout({ ...described, pattern: new Pattern(pieces.map(formed)) })
}

function formed(piece: Piece): Piece {
  const form = typeof piece === 'string' ? undefined : FORMS.get(piece.name)
  if (typeof piece === 'string' || form === undefined) return piece
  return { ...piece, end: (line, from) => formEnd(form, line, from) }
}
