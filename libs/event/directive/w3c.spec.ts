import { BUILT_IN_FORMATS } from '../format.js'
import { RecordParser, type Read } from '../layout/record-parser.js'
import { problemOf, readBy } from '../testing/directive-reading.js'
import { compileW3c } from './w3c.js'

const FIELDS = '#Fields: date time cs-method cs-uri-stem sc-status time-taken cs-host'
const EVENT = { tsMs: 1795389629000, subSecond: false, status: 200, protocol: 'unknown', method: 'GET', path: '/a' }

describe('compileW3c', () => {
  it('reads lines without their header', () => {
    const line = '2026-11-22 23:20:29 GET /a 200 123 shop.example'
    expect(readBy(compileW3c('own', FIELDS), line)).toEqual({ ...EVENT, durationMs: 123, host: 'shop.example' })
  })

  it('takes the names without the word, and tabs', () => {
    const line = '2026-11-22\t23:20:29\tGET\t/a\t200\t123\tshop.example'
    const names = FIELDS.slice('#Fields: '.length).replaceAll(' ', '\t')
    expect(readBy(compileW3c('own', names), line)).toMatchObject({ status: 200, durationMs: 123 })
  })

  it("reads CloudFront's real-time log by the fields that were chosen", () => {
    const own = compileW3c(
      'own',
      'timestamp sc-status time-taken cs-method cs-host cs-uri-stem x-edge-detailed-result-type',
    )
    const line = '1795389629.266\t502\t0.102\tGET\tshop.example\t/a\tOriginDnsError'
    expect(readBy(own, line)).toEqual({
      ...EVENT,
      tsMs: 1795389629266,
      subSecond: true,
      status: 502,
      durationMs: 102,
      host: 'shop.example',
      detail: 'OriginDnsError',
      owner: 'network',
    })
  })

  it.each([
    ['', /names no sc-status/],
    ['#Fields: date time', /names no sc-status/],
    ['sc-status SC-Status', /"sc-status" twice/],
    [`sc-status ${Array.from({ length: 256 }, (_, at) => `x${at}`).join(' ')}`, /at most 256/],
  ])('refuses %j', (fields, problem) => expect(problemOf(compileW3c('own', fields))).toMatch(problem))
})

/** What a body of these lines gives. */
function readBody(format: string, lines: readonly string[]): Read[] {
  const parser = new RecordParser(BUILT_IN_FORMATS.get(format) ?? BUILT_IN_FORMATS.auto, {
    timeZone: 'UTC',
    maxDepth: 32,
  })
  return lines.map((line) => (line.startsWith('{') ? parser.json(line) : parser.line(line)))
}

const IIS = '#Software: Microsoft Internet Information Services 10.0'

describe.each(['w3c', 'auto'])('a W3C body under %s', (format) => {
  it('is read by its header, which may change in the middle', () => {
    const read = readBody(format, [
      IIS,
      FIELDS,
      '2026-11-22 23:20:29 GET /a 200 123 shop.example',
      '#Fields: date time sc-status cs-uri-stem cs-method',
      '2026-11-22 23:20:29 500 /a GET',
      '2026-11-22 23:20:29 GET /a 200 123 shop.example',
    ])
    expect(read).toEqual([
      'header',
      'header',
      { ...EVENT, durationMs: 123, host: 'shop.example' },
      'header',
      { ...EVENT, status: 500 },
      { reject: 'unreadable' },
    ])
  })

  it('keeps its columns where a header is no header', () => {
    const tooMany = `#Fields: ${'x '.repeat(300_000)}`
    const read = readBody(format, [FIELDS, tooMany, '#Fields:', '2026-11-22 23:20:29 GET /a 200 123 shop.example'])
    expect(read.slice(1)).toEqual(['header', 'header', { ...EVENT, durationMs: 123, host: 'shop.example' }])
  })

  it('takes the day of rows that only have a time from the header', () => {
    const read = readBody(format, ['#Date: 2026-11-22 00:00:02', '#Fields: time sc-status', '23:20:29 404'])
    expect(read.at(-1)).toEqual({ tsMs: 1795389629000, subSecond: false, status: 404, protocol: 'unknown' })
  })

  it('counts a row that is cut behind its status', () => {
    const read = readBody(format, [FIELDS, '2026-11-22 23:20:29 GET /a 200', '2026-11-22 23:20:29 GET /a 20'])
    expect(read.slice(1)).toEqual([EVENT, { reject: 'unreadable' }])
  })

  it("takes Tomcat's durations for seconds and its quotes for quotes", () => {
    const read = readBody(format, [
      '#Fields: date time cs-method cs-uri-stem sc-status time-taken cs(User-Agent)',
      '#Software: Apache Tomcat/10.1.30',
      '2026-11-22 23:20:29 GET /a 200 0.123 "curl ""8"" x"',
    ])
    expect(read.at(-1)).toEqual({ ...EVENT, durationMs: 123 })
  })

  it('reads the errors of HTTP.sys, and counts its connections apart', () => {
    const read = readBody(format, [
      '#Fields: date time c-ip c-port s-ip s-port cs-version cs-method cs-uri sc-status s-siteid s-reason s-queuename',
      '2026-11-22 23:20:29 192.0.2.1 50000 10.0.0.4 80 HTTP/1.1 GET /a 503 1 AppOffline DefaultAppPool',
      '2026-11-22 23:20:29 192.0.2.1 50000 10.0.0.4 80 - - - - - Timer_ConnectionIdle -',
    ])
    expect(read.slice(1)).toEqual([
      { ...EVENT, status: 503, protocol: 'http/1.1', detail: 'AppOffline' },
      { reject: 'not_a_request' },
    ])
  })
})

it('keeps the headers of IIS and of CloudFront apart where one body holds both', () => {
  const read = readBody('auto', [
    FIELDS,
    '#Version: 1.0',
    '#Fields: date time x-edge-location cs-method cs-uri-stem sc-status x-host-header',
    '2026-11-22\t23:20:29\tFRA56-P1\tGET\t/a\t200\tcdn.example',
    '2026-11-22 23:20:29 GET /a 200 123 shop.example',
  ])
  expect(read.slice(3)).toEqual([
    { ...EVENT, host: 'cdn.example' },
    { ...EVENT, durationMs: 123, host: 'shop.example' },
  ])
})

it('forgets the header with the body', () => {
  const parser = new RecordParser(BUILT_IN_FORMATS.get('w3c') ?? BUILT_IN_FORMATS.auto, {
    timeZone: 'UTC',
    maxDepth: 32,
  })
  parser.line(FIELDS)
  parser.begin()
  expect(parser.line('2026-11-22 23:20:29 GET /a 200 123 shop.example')).toEqual({ reject: 'unreadable' })
})
