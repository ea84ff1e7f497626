import { ReplyReader, type Reply } from './reply-reader.js'

const reply = (status: number, body: string): string =>
  `HTTP/1.1 ${status} Some Words\r\nx-request-id: 1\r\nContent-Length: ${body.length}\r\nConnection: keep-alive\r\n\r\n${body}`

const counted = (accepted: number, duplicate = 0, rejected = 0): string =>
  JSON.stringify({ accepted, duplicate, rejected, errors: [] })

const cases: [sentence: string, text: string, expected: Reply][] = [
  ['what is hoped for', reply(202, counted(3)), { status: 202, accepted: 3, duplicate: 0, rejected: 0 }],
  ['fewer than were sent', reply(202, counted(2)), { status: 202, accepted: 2, duplicate: 0, rejected: 0 }],
  ['a duplicate', reply(202, counted(0, 3)), { status: 202, accepted: 0, duplicate: 3, rejected: 0 }],
  ['rejected ones', reply(202, counted(1, 0, 2)), { status: 202, accepted: 1, duplicate: 0, rejected: 2 }],
  [
    'another status with the same body',
    reply(200, counted(3)),
    { status: 200, accepted: 0, duplicate: 0, rejected: 0 },
  ],
  ['a refusal', reply(503, '{"statusCode":503}'), { status: 503, accepted: 0, duplicate: 0, rejected: 0 }],
  [
    'when to come again',
    reply(503, '{}').replace('x-request-id: 1', 'Retry-After: 2'),
    { status: 503, accepted: 0, duplicate: 0, rejected: 0, retryAfterMs: 2_000 },
  ],
  [
    'the hoped words at the end of another body',
    reply(202, `{"accepted":1,"duplicate":2,"rejected":0,"note":"\\r\\n\\r\\n${counted(3).replaceAll('"', '\\"')}"}`),
    { status: 202, accepted: 1, duplicate: 2, rejected: 0 },
  ],
]

describe('ReplyReader', () => {
  it.each(cases)('reads %s', (_sentence, text, expected) => {
    const reader = new ReplyReader(3)
    expect(reader.take(Buffer.from(text))).toEqual(expected)
    expect(reader.take(Buffer.from(text))).toEqual(expected)
  })

  it.each(cases)('reads %s, wherever it is cut', (_sentence, text, expected) => {
    const reader = new ReplyReader(3)
    const chunk = Buffer.alloc(text.length)
    const take = (part: string): Reply | null => reader.take(chunk.subarray(0, chunk.write(part)))
    for (let at = 1; at < text.length; at++) {
      expect(take(text.slice(0, at))).toBeNull()
      expect(take(text.slice(at))).toEqual(expected)
    }
  })
})
