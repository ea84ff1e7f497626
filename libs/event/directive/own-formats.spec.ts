import { BUILT_IN_FORMATS } from '../format.js'
import { mismatchIn } from '../layout/mismatch-in.js'
import { RecordParser } from '../layout/record-parser.js'
import { ownFormats } from './own-formats.js'

describe('ownFormats', () => {
  it('lays compiled formats beside the built-in ones, and never into auto', () => {
    const { formats, problems } = ownFormats(new Map([['edge', { nginx: '$status' }]]))
    expect(problems).toEqual([])
    expect(formats.names).toEqual([...BUILT_IN_FORMATS.names, 'edge'])
    expect(formats.auto.text.map(({ name }) => name)).not.toContain('edge')
  })

  it('is the built-in formats where there are no others', () => {
    expect(ownFormats(new Map()).formats).toBe(BUILT_IN_FORMATS)
  })

  it.each([
    ['a wrong directive', 'edge', { nginx: '$host' }, /^formats\.edge: nginx \$status is missing; allowed: /],
    [
      'the name of a built-in format',
      'combined',
      { nginx: '$status' },
      /^formats has "combined", which is built in; allowed: /,
    ],
    ['auto', 'auto', { nginx: '$status' }, /^formats has "auto", which is built in/],
    [
      'a name that no source could use',
      'Edge 1',
      { nginx: '$status' },
      /^formats has "Edge 1"; allowed: a lower-case letter/,
    ],
    ['text over several lines, in one', 'edge', { apache: '%{%Q\n}t %>s' }, /^formats\.edge: apache [^\n]+$/],
  ])('refuses %s', (_says, name, directive, problem) => {
    const { problems } = ownFormats(new Map([[name, directive]]))
    expect(problems).toEqual([expect.stringMatching(problem)])
  })
})

describe('a format whose lines begin as syslog does', () => {
  const { formats } = ownFormats(new Map([['relay', { nginx: '$time_iso8601 $host edge: {$status} "$request"' }]]))
  const format = formats.get('relay') ?? formats.auto
  const parser = new RecordParser(format, { timeZone: 'UTC', maxDepth: 32 })
  const line = '2026-11-22T23:20:26+00:00 shop.example edge: {404} "GET /a HTTP/1.1"'

  it.each([
    ['is read whole', line],
    ['is read behind a prefix that a collector wrote', `2026-11-22T23:20:27.1Z stdout F ${line}`],
    ['is read where it is cut behind the status', line.slice(0, -6)],
  ])('%s', (_says, text) => {
    expect(parser.line(text)).toMatchObject({ status: 404, host: 'shop.example', method: 'GET' })
    expect(parser.recognition).toMatchObject({ format: 'relay' })
  })

  it('is told where it stops being one', () => {
    expect(mismatchIn(format, line)).toBeNull()
    expect(mismatchIn(format, `2026-11-22T23:20:27.1Z stdout F ${line}`)).toBeNull()
    const other = line.replace('} "', '} (')
    expect(mismatchIn(format, other)).toMatchObject({ at: line.indexOf('} "') + 1 })
    expect(parser.line(line.replace('{404}', '(404)'))).toEqual({ reject: 'unreadable' })
  })
})

describe('a format that writes JSON', () => {
  const own = 'log_format own escape=json \'{"t":"$msec","s":$status,"r":"$request","h":"$host"}\';'
  const { formats } = ownFormats(new Map([['own', { nginx: own }]]))
  const parser = (name: string) =>
    new RecordParser(formats.get(name) ?? formats.auto, { timeZone: 'UTC', maxDepth: 32 })
  const cut = '{"t":"1795389626.171","s":502,"r":"GET /a HTTP/1.1","h":"shop'

  it.each([
    ['cut behind its status', cut],
    ['cut so behind a prefix', `2026-11-22T23:20:27.1Z stdout F ${cut}`],
  ])('counts a line that is %s', (_says, text) => {
    const read = parser('own')
    expect(text.startsWith('{') ? read.json(text) : read.line(text)).toMatchObject({ status: 502, method: 'GET' })
    expect(read.recognition).toEqual({ format: 'own', why: 'it is cut behind the status of own' })
  })

  it('rejects a line that is cut before it, or that no source says to be of it', () => {
    expect(parser('own').json(cut.slice(0, cut.indexOf('502') + 2))).toEqual({ reject: 'bad_json' })
    expect(parser('auto').json(cut)).toEqual({ reject: 'bad_json' })
  })
})
