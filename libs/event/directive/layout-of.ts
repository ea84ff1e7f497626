import type { Layout } from '../layout/layout.js'
import { isJson, jsonOfDirective } from './json-directive.js'
import { textOf, type Described } from './text-directive.js'
import { bestOnly, type Problem, type Written } from './variable.js'

/** The layout for what a directive writes; a problem where it does not tell the status, or nobody could read it. */
export function layoutOf(described: Described, written: Written, statusName: string): Layout | Problem {
  const tokens = bestOnly(written.tokens.filter((token) => token !== ''))
  const tellsStatus = tokens.some(
    (token) => typeof token !== 'string' && token.tells.some(({ field }) => field === 'status'),
  )
  if (!tellsStatus) return { problem: `${statusName} is missing; allowed: any directive that writes it` }
  const read = isJson(tokens) ? jsonOfDirective : textOf
  return read(described, { ...written, tokens })
}
