import { readFileSync } from 'node:fs'
import { documentedCodes } from '#catalog'
import { ERRORS, errorBody, type ErrorCode } from './errors.js'
import { Refusal } from './refusal.js'

const ROW = /^\| `(\w+)` +\| (\d{3}) +\| (.+?) +\| .+ \|$/gm

function documented(): Map<string, { status: number; message: string }> {
  const page = readFileSync('docs/errors.md', 'utf8')
  return new Map(
    [...page.matchAll(ROW)].map(([, code = '', status, message = '']) => [code, { status: Number(status), message }]),
  )
}

describe('the error table', () => {
  it('stands in docs/errors.md, both ways, with the same status and message', () => {
    const table = new Map(Object.entries(ERRORS).map(([code, [status, message]]) => [code, { status, message }]))
    expect(Object.fromEntries(documented())).toEqual(Object.fromEntries(table))
  })

  it('uses only statuses that the catalogue documents, or that HTTP itself demands', () => {
    const codes = new Set(documentedCodes.map(({ code }) => code))
    const demanded = new Set([409, 414, 417, 431])
    for (const [code, [status]] of Object.entries(ERRORS))
      expect({ code, fine: codes.has(status) || demanded.has(status) }).toEqual({ code, fine: true })
  })

  it('fills the words of a message and names the page of the status', () => {
    expect(errorBody('body_too_large', { limit: 10, when: 'as sent' })).toEqual({
      statusCode: 413,
      code: 'body_too_large',
      message: 'the body is larger than 10 bytes as sent',
      documentation: '/v1/status-codes/413',
    })
  })

  it.each<[ErrorCode, Record<string, string>]>([
    ['unauthenticated', { 'www-authenticate': 'Bearer realm="statusline", Basic realm="statusline"' }],
    ['method_not_allowed', { allow: 'POST, PUT' }],
    ['over_rate', { 'retry-after': '7' }],
    ['not_durable', { 'retry-after': '7' }],
    ['not_found', {}],
  ])('%s carries the headers of its status', (code, headers) => {
    expect(new Refusal(code, { allowed: 'POST, PUT', retryAfterSeconds: 7 }).headers).toEqual(headers)
  })

  it('tells a shipper where a file ends', () => {
    expect(new Refusal('file_gap', { end: 42 }).body).toMatchObject({ statusCode: 409, end: 42 })
  })
})
