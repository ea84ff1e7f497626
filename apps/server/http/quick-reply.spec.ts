import { jest } from '@jest/globals'
import type { Socket } from 'node:net'
import type { DoorReply } from '../doors/dialect.js'
import { QuickReplies } from './quick-reply.js'

/** What is sent for each reply, all by one `QuickReplies`, and each by one of its own. */
function sent(replies: readonly DoorReply[]) {
  const texts: string[] = []
  // Only what is used of it.
  const socket = { write: (text: string, coding: string) => texts.push(`${coding} ${text}`) > 0 } as unknown as Socket
  const together = new QuickReplies(5_000)
  for (const [index, reply] of replies.entries()) together.send(reply, `id-${index}`, socket)
  const alone = replies.map((reply, index) => {
    new QuickReplies(5_000).send(reply, `id-${index}`, socket)
    return texts.pop()
  })
  return { texts, alone }
}

const JSON_TYPE = { 'content-type': 'application/json' }

beforeEach(() => jest.useFakeTimers({ now: Date.UTC(2026, 0, 1) }))
afterEach(() => jest.useRealTimers())

it('says of each reply what it would say of the only one', () => {
  const counted = { statusCode: 202, headers: JSON_TYPE, body: '{"accepted":1}' }
  const others = [
    { ...counted },
    { ...counted, body: '{"accepted":2}' },
    { ...counted, headers: { 'content-type': 'text/plain' } },
    { ...counted, statusCode: 503 },
    { ...counted, headers: { ...JSON_TYPE, 'retry-after': '5' }, body: 'später' },
    { statusCode: 400, body: { error: 'no' } },
  ]
  const { texts, alone } = sent(others.flatMap((other) => [counted, other]))
  expect(texts).toEqual(alone)
  expect(new Set(texts.map((text) => text.replace(/id-\d+/, ''))).size).toBe(others.length)
})

it('does not keep a body that may change', () => {
  const body = { accepted: 1 }
  const socket = { write: (text: string) => void written.push(text) } as unknown as Socket
  const written: string[] = []
  const replies = new QuickReplies(5_000)
  replies.send({ statusCode: 202, headers: JSON_TYPE, body }, 'a', socket)
  body.accepted = 2
  replies.send({ statusCode: 202, headers: JSON_TYPE, body }, 'b', socket)
  expect(written[1]).toContain('{"accepted":2}')
})

it('tells the time of each', () => {
  const reply = { statusCode: 202, headers: JSON_TYPE, body: '{}' }
  const written: string[] = []
  const socket = { write: (text: string) => void written.push(text) } as unknown as Socket
  const replies = new QuickReplies(5_000)
  replies.send(reply, 'a', socket)
  jest.setSystemTime(Date.UTC(2026, 0, 1, 0, 0, 1))
  replies.send(reply, 'b', socket)
  expect(written.map((text) => /Date: (.*)\r/.exec(text)?.[1])).toEqual([
    'Thu, 01 Jan 2026 00:00:00 GMT',
    'Thu, 01 Jan 2026 00:00:01 GMT',
  ])
})
