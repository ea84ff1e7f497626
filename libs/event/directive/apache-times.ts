import { timeForm } from './strftime.js'
import type { Problem, RankedTelling, Token, Variable } from './variable.js'

/** `%t` (null) or `%{…}t`, before it is known what belongs to it. */
export interface TimeToken {
  readonly name: string
  readonly time: string | null
}

/** The tokens with their times put together: `%{%F %T}t.%{msec_frac}t %{%z}t` is one time. */
export function apacheTimes(tokens: readonly (Token | TimeToken)[]): Token[] | Problem {
  const result: Token[] = []
  let i = 0
  while (i < tokens.length) {
    const token = tokens[i] as Token | TimeToken
    if (typeof token === 'string' || !isTime(token)) {
      result.push(token)
      i++
    } else if (token.time === null) {
      result.push('[', CLF, ']')
      i++
    } else {
      const end = endOfTime(tokens, i)
      const time = timeOf(tokens.slice(i, end))
      if ('problem' in time) return time
      result.push(time)
      i = end
    }
  }
  return result
}

function isTime(token: Token | TimeToken): token is TimeToken {
  return typeof token !== 'string' && 'time' in token
}

const START = { field: 'ts', unit: 'bare', isStart: true } as const

/** Apache writes `%t` as the common log's time in brackets. */
const CLF: Variable = {
  name: '%t',
  reach: 'spaces',
  form: /\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}/y,
  tells: [{ ...START, key: 't', rank: 1 }],
}

/** These are complete: what stands behind them is another time. */
const WHOLE: ReadonlySet<string> = new Set(['msec', 'usec'])
const BETWEEN = /^[ .,:T+-]{0,3}$/

function endOfTime(tokens: readonly (Token | TimeToken)[], from: number): number {
  let end = from + 1
  if (WHOLE.has(textOf(tokens[from] as TimeToken).text)) return end
  for (;;) {
    const between = tokens[end]
    const next = tokens[end + 1]
    if (typeof between !== 'string' || !BETWEEN.test(between) || next === undefined || !isTime(next)) return end
    if (next.time === null || WHOLE.has(textOf(next).text)) return end
    end += 2
  }
}

function textOf({ time }: TimeToken): { readonly text: string; readonly isEnd: boolean } {
  const [, which, text = ''] = /^(begin:|end:)?(.*)$/s.exec(time ?? '') ?? []
  return { text, isEnd: which === 'end:' }
}

function timeOf(tokens: readonly (Token | TimeToken)[]): Variable | Problem {
  const name = tokens.map((token) => (typeof token === 'string' ? token : token.name)).join('')
  const [first] = tokens
  const isStart = !textOf(first as TimeToken).isEnd
  const read = timeForm(
    tokens.map((token) => (typeof token === 'string' ? { literal: token } : textOf(token as TimeToken).text)),
  )
  if ('unknown' in read)
    return {
      problem: `${name} holds ${read.unknown}, which is no time; allowed: the conversions of strftime, sec, msec, usec, msec_frac, usec_frac`,
    }
  const isFine = /msec|usec/.test(name)
  const telling: RankedTelling = { ...START, isStart, key: 't', rank: isFine ? 0 : 1, decode: read.decode }
  return { name, reach: 'spaces', form: read.form, tells: [telling] }
}
