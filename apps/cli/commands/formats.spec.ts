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
