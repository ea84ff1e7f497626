import { readFileSync } from 'node:fs'
import type { ErrorCode } from '../http/errors.js'
import { Refusal } from '../http/refusal.js'
import type { CountedBody } from '../ingest/intake.js'
import type { Dialect, DoorRequest } from './dialect.js'
import { DIALECTS } from './dialects.js'

/** The situations that are the columns of the table of statuses, behind the one of what is taken, and what key came in each. */
const SITUATIONS: readonly (readonly [ErrorCode, authorization?: string])[] = [
  ['not_durable'],
  ['over_rate'],
  ['unauthenticated'],
  ['unauthenticated', 'Bearer wrong'],
  ['missing_scope', 'Bearer right'],
  ['slow_body'],
  ['body_too_large'],
  ['unreadable_body'],
  ['unknown_encoding'],
]

const section = /### Other dialects\n([^]*?)\n##/.exec(readFileSync('docs/http-api.md', 'utf8'))?.[1] ?? ''

/** Rows of the section whose second cell looks like this, by their first. */
function documented(second: RegExp): Record<string, string[]> {
  const rows = section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').slice(1, -1))
    .map((cells) => cells.map((cell) => cell.trim()))
    .filter(([, cell = '']) => second.test(cell))
  return Object.fromEntries(rows.map(([name = '', ...cells]) => [name.replaceAll('`', ''), cells]))
}

function request(path: string): DoorRequest {
  const params = { source: 'shop', index: 'shop' }
  return { method: 'POST', url: path, params, query: {}, headers: { 'content-type': 'application/json' } }
}

const COUNTED: CountedBody = { result: 'counted', bytes: 9, accepted: 1, duplicate: 0, rejected: 0, errors: [] }

function statuses(dialect: Dialect): string[] {
  const asked = request(dialect.bodies[0]!.path)
  const taken = dialect.open(asked).accepted(COUNTED).statusCode
  const refused = SITUATIONS.map(([code, authorization]) => {
    const headers = { ...asked.headers, ...(authorization !== undefined && { authorization }) }
    return dialect.refused(new Refusal(code), { ...asked, headers }).statusCode
  })
  return [taken, ...refused].map(String)
}

describe('the dialects in docs/http-api.md', () => {
  it('are all of them, with the addresses that take a body', () => {
    const addresses = Object.entries(documented(/^`\//)).map(([name, [cell = '']]) => [
      name,
      [...cell.matchAll(/`([^`]+)`/g)].map(([, path]) => path).toSorted(),
    ])
    const served = DIALECTS.map(({ name, bodies }) => [
      name,
      [...new Set(bodies.map(({ path }) => path.replaceAll(/:(\w+)/g, '{$1}')))].toSorted(),
    ])
    expect(Object.fromEntries(addresses)).toEqual(Object.fromEntries(served))
  })

  it('answer with these statuses', () => {
    const table = DIALECTS.map((dialect) => [dialect.name, statuses(dialect)])
    expect(documented(/^\d{3}$/)).toEqual(Object.fromEntries(table))
  })
})
