import type { TextLayout } from '../layout/layout.js'
import { Pattern, type Piece } from '../layout/pattern.js'
import { patternLayout } from '../layout/pattern-layout.js'
import { oneOf } from './alternatives.js'
import { formatOf, variantsOf, written } from './envoy.js'
import { formEnd } from './joined.js'
import { piecesOf } from './pieces.js'
import { textOf, type Described } from './text-directive.js'
import { isProblem, type Problem, type Token } from './variable.js'

/**
 * The layout of Envoy's default format, behind which operators may have put columns of their own. What stands behind the agent
 * is read from the end, which no agent can feign, where an id and an address are found there; else from the start, where
 * they are found there; else from the end, whatever is there.
 */
export function knownEnvoy(described: Described, directive: string): TextLayout | Problem {
  const format = formatOf(directive)
  if ('problem' in format) return format
  const own = { ...described, settle: format.settle }
  const variants = variantsOf(format.tokens)
  const layouts = [
    ...variants.map((tokens) => formedOf(own, tokens)),
    ...variants.map((tokens) => formedOf(own, bounded(tokens))),
    ...variants.map((tokens) => textOf(own, written(tokens))),
  ]
  return layouts.find((layout) => isProblem(layout)) ?? oneOf(layouts as TextLayout[])
}

/** What Envoy writes for an id and an address, before a quote. */
const FORMS: ReadonlyMap<string, RegExp> = new Map([
  ['%REQ(X-REQUEST-ID)%', /(?:-|[\dA-Fa-f]{8}(?:-[\dA-Fa-f]{4}){3}-[\dA-Fa-f]{12})(?=")/y],
  ['%UPSTREAM_HOST%', /(?:-|(?:[a-z]{2,8}:\/\/)?(?:\[[\w:.%]{2,80}\]|[\w.-]{1,253}):\d{1,5}|[/@][^\s"]{0,255})(?=")/y],
])

/** The same line where an id and an address stand where they must. */
function formedOf(described: Described, tokens: readonly Token[]): TextLayout | Problem {
  const pieces = piecesOf(written(tokens))
  if (isProblem(pieces)) return pieces
  return wholeOnly(patternLayout({ ...described, pattern: new Pattern(pieces.map(formed)) }))
}

/** The same without lines that are cut: what is left of them may have no form. */
function wholeOnly(layout: TextLayout): TextLayout {
  return {
    ...layout,
    reader: () => {
      const inner = layout.reader()
      return {
        recognise: (line, reading) => inner.recognise(line, reading),
        read: (line, reading) =>
          inner.recognise(line, reading) === null ? { reject: 'unreadable' } : inner.read(line, reading),
      }
    },
  }
}

/** The same line where no value holds the literal behind it, so that all of it is read from the start. */
function bounded(tokens: readonly Token[]): Token[] {
  return tokens.map((token) =>
    typeof token === 'string'
      ? token
      : { ...token, isInternal: true, reach: token.reach === 'spaces' ? 'rare' : token.reach },
  )
}

function formed(piece: Piece): Piece {
  const form = typeof piece === 'string' ? undefined : FORMS.get(piece.name)
  if (typeof piece === 'string' || form === undefined) return piece
  return { ...piece, end: (line, from) => formEnd(form, line, from) }
}
