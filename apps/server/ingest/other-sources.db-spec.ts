import { DOOR_KEY, DoorUnderTest } from '../doors/testing/door-under-test.js'
import { counted } from '../doors/testing/generic-reply.js'

// Past the budget of sources many senders are counted under one name. What they call the same stays theirs.

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start({
    STATUSLINE_BUDGETS_SOURCES: '1',
    STATUSLINE_SOURCES: '{"one":{"eventIds":"event_id"},"two":{"eventIds":"event_id","sampleRate":0.5}}',
  })
  await send('/v1/ingest/first', event('x'))
})
afterAll(() => door.stop())

const event = (id: string, status = 200) => JSON.stringify({ ts: Date.now(), status, service: 'pay', 'event.id': id })

async function send(path: string, body: string, headers: Record<string, string> = {}) {
  return counted(await door.send(path, body, { 'x-api-key': DOOR_KEY, ...headers }))
}

it('knows events again by the name that their sender gave', async () => {
  expect(await send('/v1/ingest/one', event('a'))).toMatchObject({ accepted: 1, duplicate: 0 })
  expect(await send('/v1/ingest/two', event('a'))).toMatchObject({ accepted: 1, duplicate: 0 })
  expect(await send('/v1/ingest/one', event('a') + event('b'))).toMatchObject({ accepted: 1, duplicate: 1 })
})

it('knows batches again by the name that their sender gave', async () => {
  const key = { 'idempotency-key': 'k1' }
  for (const source of ['three', 'four'])
    expect(await send(`/v1/ingest/${source}`, event(source), key)).toMatchObject({ status: 202, accepted: 1 })
  expect(await send('/v1/ingest/four', event('four', 404), key)).toMatchObject({ code: 'idempotency_key_reused' })
})

it.each([
  [6, '/firehose/five', '/firehose/six', { 'x-amz-firehose-request-id': 'r1', 'x-amz-firehose-access-key': DOOR_KEY }],
  [9, '/seven/_bulk', '/eight/_bulk', { authorization: `Bearer ${DOOR_KEY}` }],
])(
  'knows what a protocol names by the name that its sender gave, behind %i others: %s',
  async (sent, one, two, headers) => {
    const body = one.startsWith('/firehose')
      ? JSON.stringify({
          requestId: 'r1',
          timestamp: 1,
          records: [{ data: Buffer.from(event('p')).toString('base64') }],
        })
      : `{"create":{"_index":"logs","_id":"1"}}\n${event('p')}\n`
    const { accepted, duplicate } = await door.ledger('{other}', sent)
    for (const path of [one, two, one])
      expect((await door.send(path, body, headers as Record<string, string>)).status).toBe(200)
    expect(await door.ledger('{other}', sent + 3)).toEqual({
      accepted: accepted + 2,
      duplicate: duplicate + 1,
      rejected: 0,
    })
  },
)

it('reads what a sender sends by the settings of its own name', async () => {
  await door.ledger('{other}', 12)
  const before = await requests()
  expect(await send('/v1/ingest/two', event('sampled'))).toMatchObject({ accepted: 1 })
  await door.ledger('{other}', 13)
  expect(await requests()).toBe(before + 2)
})

async function requests(): Promise<number> {
  const { breakdown } = await door.graphql<{ breakdown: { total: { count: number } } }>(
    '{ breakdown(range: { last: "1h" }, by: [CODE], filter: { source: ["{other}"] }) { total { count } } }',
  )
  return breakdown.total.count
}
