import { accessLine, DOOR_KEY, DoorUnderTest } from '../doors/testing/door-under-test.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start({
    STATUSLINE_SOURCES: '{"edge":{"eventIds":"event_id"},"ray":{"eventIds":"request_id"}}',
  })
})
afterAll(() => door.stop())

let next = 0
const event = (id: string, status = 200) =>
  JSON.stringify({ ts: Date.now() - (next++ % 1000), status, service: 'pay', 'event.id': id })
const send = async (source: string, ...lines: string[]) => {
  const { status, text } = await door.send(`/v1/ingest/${source}`, lines.join('\n'), { 'x-api-key': DOOR_KEY })
  return [status, JSON.parse(text)] as const
}

it('counts an event once, however its sender cuts the batches', async () => {
  expect(await send('edge', event('a'), event('b'), event('a'))).toEqual([
    202,
    { accepted: 2, duplicate: 1, rejected: 0, errors: [] },
  ])
  expect((await send('edge', event('b'), event('c', 502)))[1]).toMatchObject({ accepted: 1, duplicate: 1 })
  expect((await send('edge', event('a'), event('b'), event('c')))[1]).toMatchObject({ accepted: 0, duplicate: 3 })
  expect(await door.ledger('edge', 8)).toEqual({ accepted: 3, duplicate: 5, rejected: 0 })
  expect(await door.counts('edge', 3)).toEqual({ 'pay 200': 2, 'pay 502': 1 })
})

it('counts events once that arrive in overlapping batches at the same moment', async () => {
  const batches = Array.from({ length: 20 }, (_, from) => Array.from({ length: 10 }, (_, i) => event(`x${from + i}`)))
  const replies = await Promise.all(batches.map((lines) => send('twins', ...lines)))
  expect(replies.every(([status]) => status === 202)).toBe(true)
  const again = await Promise.all(batches.map((lines) => send('edge', ...lines)))
  expect(again.reduce((sum, [, reply]) => sum + reply.accepted, 0)).toBe(29)
})

it('goes by request ids where the source says so', async () => {
  const line = accessLine(200, '/a', 'r1')
  expect((await send('ray', line, accessLine(200, '/a', 'r2')))[1]).toMatchObject({ accepted: 2 })
  expect((await send('ray', accessLine(404, '/a', 'r3'), line))[1]).toMatchObject({ accepted: 1, duplicate: 1 })
})

it('lets an event that was not counted come again', async () => {
  const far = JSON.stringify({ ts: Date.now() + 3_600_000, status: 200, 'event.id': 'f' })
  expect((await send('edge', far))[1]).toMatchObject({ accepted: 0, rejected: 1 })
  expect((await send('edge', event('f')))[1]).toMatchObject({ accepted: 1 })
})

it('leaves sources alone that do not ask for it', async () => {
  expect((await send('plain', event('a'), event('a')))[1]).toMatchObject({ accepted: 2, duplicate: 0 })
})
