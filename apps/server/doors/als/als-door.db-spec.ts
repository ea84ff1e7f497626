import { Client, credentials, type ClientWritableStream } from '@grpc/grpc-js'
import * as fc from 'fast-check'
import protobuf from 'protobufjs/minimal.js'
import { DoorUnderTest } from '../testing/door-under-test.js'
import { readAccessLogs } from './access-log-entry.js'

let door: DoorUnderTest

beforeAll(async () => {
  door = await DoorUnderTest.start({ STATUSLINE_SOCKETS_ALS_PORT: '0' })
})
afterAll(() => door.stop())

type Fields = readonly (readonly [field: number, value: string | number | boolean | Fields])[]

/** A message by field numbers: texts, whole numbers and nested messages. */
function message(fields: Fields): Uint8Array {
  const writer = protobuf.Writer.create()
  for (const [field, value] of fields) {
    if (typeof value === 'string') writer.uint32(field * 8 + 2).string(value)
    else if (typeof value === 'object') writer.uint32(field * 8 + 2).bytes(message(value))
    else writer.uint32(field * 8).int64(Number(value))
  }
  return writer.finish()
}

const seconds = (ms: number): Fields => [
  [1, Math.floor(ms / 1_000)],
  [2, (ms % 1_000) * 1e6],
]

interface Told {
  readonly status?: number
  readonly flags?: Fields
  readonly cluster?: string
  readonly intermediate?: boolean
  readonly grpc?: string
}

/** An HTTPAccessLogEntry as Envoy writes it. */
const entry = ({ status, flags = [], cluster = 'pay', intermediate = false, grpc }: Told): Fields => [
  [
    1,
    [
      [5, seconds(Date.now() - 2_000)],
      [15, cluster],
      [16, flags],
      [19, 'checkout'],
      [23, seconds(42)],
      [24, 2],
      [27, intermediate],
    ],
  ],
  [2, 3],
  [
    3,
    [
      [1, 3],
      [3, 'pay.example'],
      [5, '/v1/pay?x=1'],
      [9, 'r-1'],
    ],
  ],
  [
    4,
    [
      ...(status === undefined ? [] : ([[1, [[1, status]]]] as Fields)),
      [3, 512],
      [6, 'via_upstream'],
      ...(grpc === undefined
        ? []
        : ([
            [
              5,
              [
                [1, 'grpc-status'],
                [2, grpc],
              ],
            ],
          ] as Fields)),
    ],
  ],
]
const logs = (...entries: Fields[]): Uint8Array => message([[2, entries.map((one) => [1, one] as const)]])
const identified = (...entries: Fields[]): Uint8Array =>
  message([
    [
      1,
      [
        [
          1,
          [
            [1, 'edge-7'],
            [2, 'edge'],
          ],
        ],
        [2, 'http'],
      ],
    ],
    [2, entries.map((one) => [1, one] as const)],
  ])

function stream(): ClientWritableStream<Uint8Array> {
  const client = new Client(`127.0.0.1:${door.ports('als')['grpc']}`, credentials.createInsecure())
  const path = '/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs'
  const call = client.makeClientStreamRequest(
    path,
    (bytes: Uint8Array) => Buffer.from(bytes),
    () => null,
    () => client.close(),
  )
  return call
}

/** A row of the breakdown below. */
const told = (code: number | null, outcome: string, service = 'pay') => ({
  gateway: 'edge',
  service,
  route: 'checkout',
  method: 'POST',
  code,
  outcome,
  counts: { count: 1, retries: 1 },
})

it('counts finished requests of a stream under the node that its first message names', async () => {
  const call = stream()
  call.write(
    identified(
      entry({ status: 200 }),
      entry({
        status: 503,
        flags: [
          [6, true],
          [16, true],
        ],
      }),
    ),
  )
  call.write(
    logs(
      entry({ status: 200, intermediate: true }),
      entry({ flags: [[15, true]] }),
      entry({ status: 200, grpc: '14' }),
    ),
  )
  call.write(Buffer.from([0xff, 0xff]))
  call.write(logs(entry({ status: 404, cluster: 'outbound|8080||cart.shop.svc.cluster.local' })))
  call.end()
  await door.counts('als', 5)
  const { breakdown } = await door.graphql<{ breakdown: { rows: object[] } }>(
    `{ breakdown(range: { last: "1h" }, by: [GATEWAY, SERVICE, ROUTE, METHOD, PROTOCOL, CODE, OUTCOME], filter: { source: ["als"] })
       { rows { gateway service route method code outcome counts { count retries } } } }`,
  )
  expect(breakdown.rows).toHaveLength(5)
  expect(breakdown.rows).toEqual(
    expect.arrayContaining([
      told(200, 'SUCCESS'),
      told(503, 'SERVER_ERROR'),
      told(null, 'CLIENT_CLOSED'),
      told(200, 'SERVER_ERROR'),
      expect.objectContaining({ code: 404, outcome: 'CLIENT_ERROR' }),
    ]),
  )
})

it('counts a message that cannot be read as one rejected record, whatever its bytes look like', async () => {
  const before = await door.ledger('als', 6)
  const call = stream()
  call.write(identified(entry({ status: 200 })))
  // No message, and at the same time two records that a reader of text would take.
  call.write(Buffer.from('{"status":200}\n{"status":200}\n'))
  call.end()
  const after = await door.ledger('als', 8)
  expect(after).toEqual({ ...before, accepted: before.accepted + 1, rejected: before.rejected + 1 })
  const { rejects } = await door.graphql<{ rejects: { nodes: object[] } }>(
    '{ rejects(source: "als", first: 1) { nodes { reason record } } }',
  )
  expect(rejects.nodes).toEqual([{ reason: 'unreadable', record: 'a message of 30 bytes that cannot be read' }])
})

it('reads no bytes without end, whatever they are', () => {
  const mutated = fc
    .tuple(fc.constant(identified(entry({ status: 200 }))), fc.nat(), fc.nat(255))
    .map(([bytes, at, byte]) => {
      const copy = Uint8Array.from(bytes)
      copy[at % copy.length] = byte
      return copy
    })
  fc.assert(
    fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (bytes) => {
      try {
        readAccessLogs(protobuf.Reader.create(bytes), bytes.length)
      } catch {
        // The door takes note of a message that cannot be read.
      }
    }),
  )
})
