import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { jest } from '@jest/globals'
import type { CommandContext } from '../command.js'
import { formats } from './formats.js'

const folder = mkdtempSync(join(tmpdir(), 'formats-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function run(args: readonly string[], input: string | Uint8Array = '') {
  const said = { out: '', err: '' }
  const into = (stream: 'out' | 'err') => ({ write: (text: string) => ((said[stream] += text), true) })
  const context = {
    env: {},
    stdin: Readable.from([Buffer.from(input)]),
    stdout: into('out'),
    stderr: into('err'),
    client: jest.fn(),
    signal: new AbortController().signal,
  } as unknown as CommandContext
  return { code: await formats.run(args, context), ...said }
}

const COMBINED = '192.0.2.14 - - [22/Nov/2026:23:20:26 +0000] "GET /a?b HTTP/1.1" 200 157 "-" "curl/8"\n'
const KONG =
  '{"started_at":1795389627358,"latencies":{"request":42},"response":{"status":502},"request":{"method":"GET","uri":"/pay"}}\n'
const OWN = file(
  'own.yaml',
  `formats:\n  edge:\n    nginx: |\n      log_format edge '$remote_addr [$time_local] "$request" '\n        '$status $request_time';\n`,
)

describe('formats detect', () => {
  it('tells of each record its line, its format, why, and what it says', async () => {
    const { code, out } = await run(['detect', '-'], `${COMBINED}\n${KONG}what is this\n{"level":"info"}`)
    expect(code).toBe(0)
    expect(
      out
        .split('\n')
        .slice(0, 5)
        .map((line) => line.replaceAll(/ {2,}/g, ' | ')),
    ).toEqual([
      'line | format | event | because',
      '1 | combined | 2026-11-22T23:20:26.000Z 200 GET /a 157 B | it has the head of the combined family',
      '3 | kong | 2026-11-22T23:20:27.400Z 502 GET /pay 42 ms | it has latencies.request and response.status',
      '4 | - | unreadable | no format knows it',
      '5 | json | missing_status | no key names a status; its keys are level',
    ])
    expect(out).toContain('2 of 4 records read (50.0 %)')
  })

  it('shows the first lines and counts all', async () => {
    const { out } = await run(['detect', '-', '--limit', '2', '--json'], COMBINED.repeat(5))
    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(rows).toHaveLength(3)
    expect(rows[2]).toMatchObject({
      summary: { records: 5, read: 5, groups: [{ name: 'combined', isRead: true, records: 5, firstLine: 1 }] },
    })
  })

  it.each([
    ['gzip', gzipSync(COMBINED)],
    ['zstd', zstdCompressSync(COMBINED)],
    ['nothing', Buffer.from(COMBINED)],
  ])('knows by its content that a log is compressed with %s', async (name, content) => {
    const { out } = await run(['detect', file(`log-${name}`, content)])
    expect(out).toContain('1 of 1 records read (100.0 %)')
    expect((await run(['detect', '-'], content)).out).toBe(out)
  })

  it('says where a line stops being of a format of your own', async () => {
    const lines = [
      '192.0.2.1 [22/Nov/2026:23:20:26 +0000] "GET /a HTTP/1.1" 200 0.012',
      '192.0.2.1 22/Nov/2026:23:20:26 "GET /a HTTP/1.1" 200 0.012',
      '192.0.2.1 [22/Nov/2026:23:20:26 +0000] "GET /a',
    ]
    const { code, out } = await run(['detect', '-', '--config', OWN, '--format', 'edge', '--json'], lines.join('\n'))
    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(code).toBe(0)
    expect(rows.slice(0, 3)).toMatchObject([
      { format: 'edge', event: { status: 200, durationMs: 12 } },
      { reject: 'unreadable', mismatch: { at: 9, expected: '" [" behind $remote_addr', found: ' 22/Nov/2026:23:' } },
      { reject: 'unreadable', mismatch: { at: 40, expected: '$request and then "\\" "', found: 'GET /a' } },
    ])
    const text = await run(['detect', '-', '--config', OWN, '--format', 'edge'], lines[1])
    expect(text.code).toBe(1)
    expect(text.out).toContain('unreadable: column 10, expected " [" behind $remote_addr, found " 22/Nov/2026:23:"')
  })

  const IIS = '#Fields: date time cs-method cs-uri-stem sc-status time-taken'
  it.each([
    ['a value that is none of its column', '2026-11-22 23:20:29 GET /a b 500 123', 27, 'sc-status', 'b 500 123'],
    ['a value too much', '2026-11-22 23:20:29 GET /a 500 123 x', 35, 'the end of the line behind time-taken', 'x'],
    ['too few values', '2026-11-22 23:20:29 GET /a', 26, 'sc-status', ''],
    ['another time', '2026-11-22 23:20 GET /a 500 123', 11, 'time', '23:20 GET /a 500'],
  ])('says where a row stops being of its #Fields line: %s', async (_says, row, at, expected, found) => {
    const whole = '2026-11-22 23:20:29 GET /a 500 123'
    for (const args of [[], ['--format', 'w3c']]) {
      const { out } = await run(['detect', '-', '--json', ...args], `${IIS}\n${whole}\n${row}\n`)
      const rows = out.split('\n').map((line) => JSON.parse(line || '{}') as Record<string, unknown>)
      expect(rows[0]).toMatchObject({ line: 2, event: { status: 500, durationMs: 123 } })
      expect(rows[1]).toMatchObject({ reject: 'unreadable', line: 3, mismatch: { at, expected, found } })
    }
    const own = file('w3c.yaml', `formats: { mine: { w3c: "${IIS}" } }`)
    const { out } = await run(['detect', '-', '--json', '--config', own, '--format', 'mine'], row)
    expect(JSON.parse(out.split('\n')[0] ?? '')).toMatchObject({ mismatch: { at, expected, found } })
  })

  it('says of a row without a header where it stops being of the usual columns', async () => {
    const row = '2026-11-22 23:20:29 10.0.0.4 GET /a x=1 443 - 192.0.2.1 curl/8 - 500 19 zero 123'
    const { out } = await run(['detect', '-', '--format', 'w3c'], row)
    expect(out).toContain('unreadable: column 73, expected sc-win32-status, found "zero 123"')
    const tsv = '2026-11-22\t23:20:30\tFRA56-P1\t392\t192.0.2.4\tGET\td111\t/a\tbad'
    const cloudfront = await run(['detect', '-', '--format', 'cloudfront'], tsv)
    expect(cloudfront.out).toContain('unreadable: column 56, expected sc-status, found "bad"')
  })

  it('tells of a code alone what is missing beside it', async () => {
    const { code, out } = await run(['detect', '-'], '{"level":"error","code":500,"msg":"x"}')
    expect(code).toBe(1)
    expect(out).toContain(
      'a code is a status only beside a method, path, route, host or duration; its keys are level, code',
    )
  })

  it.each([
    ['with a byte order mark', Buffer.from(`\uFEFF${COMBINED}`, 'utf16le')],
    ['by its NULs', Buffer.from(COMBINED, 'utf16le')],
    ['within gzip', gzipSync(Buffer.from(COMBINED, 'utf16le'))],
  ])('knows UTF-16 %s, and says what to do', async (name, content) => {
    const path = file(`utf16-${name}`, content)
    const { code, out } = await run(['detect', path])
    expect(code).toBe(1)
    expect(out).toContain(
      `It is UTF-16LE, which the server does not read. Convert it: iconv -f UTF-16LE -t UTF-8 ${path};`,
    )
  })

  it.each([
    ['', 'It is empty.'],
    ['\n \n', 'It holds nothing but blank lines.'],
    ['#Fields: date time sc-status\n', 'It holds nothing but headers.'],
  ])('says of %j that there is nothing in it', async (content, advice) => {
    const { code, out } = await run(['detect', file('empty.log', content)])
    expect(code).toBe(1)
    expect(out).toContain(advice)
  })

  it('says plainly that a folder is none, and that a file is missing', async () => {
    await expect(run(['detect', folder])).rejects.toThrow(
      `${folder} is a directory; name a file, or - for standard input`,
    )
    await expect(run(['detect', join(folder, 'none')])).rejects.toThrow(`no such file: ${join(folder, 'none')}`)
  })

  it('follows records over several lines and in arrays', async () => {
    const broken = '{"s":200,"urt":0.1, 0.2}'
    const body = `{\n "status":200\n}\n[{"status":404},{"status":5}]\n${broken}\n\n${broken}\n${broken}\n`
    const { out } = await run(['detect', '-', '--json'], body)
    const rows = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(rows.slice(0, 6)).toMatchObject([
      { line: 1, event: { status: 200 } },
      { line: 4, event: { status: 404 } },
      { line: 4, reject: 'bad_status' },
      { line: 5, reject: 'missing_status' },
      { line: 7, reject: 'missing_status' },
      { line: 8, reject: 'missing_status' },
    ])
  })

  it.each([
    [16, 3, ['84.2 %', '15.8 %']],
    [2000, 1, ['99.9 %', '0.1 %']],
    [3, 0, ['100.0 %']],
  ])('rounds the shares of %d and %d, and hides nobody', async (good, bad, shares) => {
    const { out } = await run(['detect', '-'], '{"status":200}\n'.repeat(good) + '{"status":"x"}\n'.repeat(bad))
    const counts = out.split('\n\n')[1]?.match(/\d+\.\d %/g)
    expect(counts).toEqual(shares)
    expect(out).toContain(`records read (${shares[0]})`)
  })

  it('says that nothing was read', async () => {
    const { out } = await run(['detect', '-'], '{"status":"x"}\n'.repeat(5))
    expect(out).toContain('0 of 5 records read (0.0 %)')
  })

  it('shows terminal escapes and does not obey them', async () => {
    const { out } = await run(['detect', '-'], '{"status":200,"path":"/\\u001b[31m"}')
    expect(out).toContain(String.raw`/\x1b[31m`)
  })

  it('tells what stands before the place where a log is broken, and that it is', async () => {
    const whole = gzipSync(Array.from({ length: 9999 }, (_, at) => COMBINED.replace('157', String(at * 7919))).join(''))
    const path = file('cut.gz', whole.subarray(0, whole.length / 2))
    const said: string[] = []
    const context = {
      env: {},
      stdout: { write: (text: string) => said.push(text) > 0 },
      signal: new AbortController().signal,
    } as unknown as CommandContext
    await expect(formats.run(['detect', path], context)).rejects.toThrow('unexpected end of file')
    expect(said.join('')).toMatch(/\d+ of \d+ records read/)
  })

  it.each([
    [['detect'], /name a file/],
    [['explain', 'x'], /list and detect are the only verbs/],
    [['detect', '-', '--format', 'nginx'], /--format nginx: one of auto, json, .* is allowed/],
    [['detect', '-', '--limit', 'all'], /--limit all: a whole number is allowed/],
    [['detect', '-', '--timezone', 'Mars'], /--timezone Mars: an IANA time zone/],
    [
      ['detect', '-', '--config', file('bad.yaml', 'formats: { mine: { nginx: $host } }')],
      /^formats\.mine: nginx \$status is missing/,
    ],
  ])('refuses %j', async (args, message) => {
    await expect(run(args)).rejects.toThrow(message)
  })
})

describe('formats list', () => {
  it('lists the built-in formats and those of the configuration', async () => {
    const { code, out } = await run(['list', '--config', OWN])
    expect(code).toBe(0)
    expect(out).toMatch(/^ingress_nginx +Lines of Kubernetes' ingress-nginx/m)
    expect(out).toMatch(/^edge +Your own nginx log_format\.$/m)
  })
})
