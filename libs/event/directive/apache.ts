import { unescapeField } from '../exact/unescape.js'
import type { Layout } from '../layout/layout.js'
import { leftByClient } from '../layout/producer.js'
import { oneOf } from './alternatives.js'
import { apacheTimes, type TimeToken } from './apache-times.js'
import { apacheVariable } from './apache-variables.js'
import { apacheFormatOf } from './apache-words.js'
import { layoutOf } from './layout-of.js'
import type { Problem, Token } from './variable.js'

/** The layout of Apache's `LogFormat`: the whole directive, its string, or only its text. */
export function compileApache(name: string, directive: string): Layout | Problem {
  const format = apacheFormatOf(directive)
  if (typeof format !== 'string') return format
  const read = tokensOf(format)
  if ('problem' in read) return read
  const tokens = apacheTimes(read)
  if ('problem' in tokens) return tokens
  const aborted = tokens.find((token) => typeof token !== 'string' && /^%[!\d,<>]*X$/.test(token.name))
  const described = {
    name,
    sentence: 'Your own Apache LogFormat.',
    ...(aborted !== undefined && typeof aborted !== 'string' && { settle: leftWhere(aborted.name) }),
  }
  const layoutFor = (line: readonly Token[]) =>
    layoutOf(described, { tokens: line, never: '"\t', unescape: unescapeField }, '%>s')
  const layout = layoutFor(tokens)
  if ('problem' in layout || layout.kind !== 'text' || !tokens.some(isUser)) return layout
  const withoutUser = layoutFor(tokens.map((token) => (isUser(token) ? EMPTY_USER : token)))
  return 'problem' in withoutUser || withoutUser.kind !== 'text' ? layout : oneOf([layout, withoutUser])
}

/** What Apache writes for a user whose name is empty. These are the only quotes in a value without a backslash before them. */
const EMPTY_USER = '""'

function isUser(token: Token): boolean {
  return typeof token !== 'string' && /^%[!\d,<>]*u$/.test(token.name)
}

/** `%X` is X where the connection was gone before the response was complete. */
function leftWhere(name: string) {
  return (event: Parameters<typeof leftByClient>[0], raw: (name: string) => string | undefined) =>
    raw(name) === 'X' ? leftByClient(event) : event
}

/** `%>s`, `%{Referer}i`, `%!200,304{User-agent}i`, `%^FB`. */
const DIRECTIVE =
  /%(?:%|(?<only>!?[\d,]*)(?<end>[<>]?)(?:\{(?<argument>[^}]*)\})?(?<end2>[<>]?)(?<letter>\^[A-Za-z]{2}|[A-Za-z]))/g

function tokensOf(text: string): (Token | TimeToken)[] | Problem {
  const tokens: (Token | TimeToken)[] = []
  let end = 0
  for (const match of text.matchAll(DIRECTIVE)) {
    tokens.push(text.slice(end, match.index), tokenOf(match))
    end = match.index + match[0].length
  }
  tokens.push(text.slice(end))
  const stray = unread(text)
  return stray === null
    ? tokens
    : {
        problem: `has a % that begins no directive, in ${JSON.stringify(stray)}; allowed: %r, %>s, %{Name}i and their like, %% for a percent sign`,
      }
}

/** What stands behind a percent sign that nothing could be made of. */
function unread(text: string): string | null {
  const rest = text.replaceAll(DIRECTIVE, (found) => ' '.repeat(found.length))
  const at = rest.indexOf('%')
  return at < 0 ? null : text.slice(at, at + 20)
}

function tokenOf(match: RegExpExecArray): Token | TimeToken {
  const { end = '', end2 = '', argument, letter } = match.groups ?? {}
  if (letter === undefined) return '%'
  if (letter === 't') return { name: match[0], time: argument ?? null }
  // Which of two values is meant makes a difference only for the status.
  const isFinal = letter === 's' && (end === '>' || end2 === '>')
  return apacheVariable(match[0], isFinal ? '>s' : letter, argument)
}
