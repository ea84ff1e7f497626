import type { HttpEvent } from './http-event.js'
import { verdictOf, type Verdict } from './verdict.js'

const REQUEST: HttpEvent = { tsMs: null, subSecond: false, status: 200, protocol: 'unknown' }
const errors = (...codes: string[]) => ({ graphql: { errors: codes } })
const UNDECIDED: Verdict = { outcome: undefined, owner: undefined, detail: undefined }

const CASES: [sentence: string, told: Partial<HttpEvent>, verdict: Verdict][] = [
  ['a record that tells nothing leaves it to the status', {}, UNDECIDED],
  [
    'a 200 that hides an error is one',
    errors('INTERNAL_SERVER_ERROR'),
    { outcome: 'server_error', owner: undefined, detail: 'INTERNAL_SERVER_ERROR, as 500' },
  ],
  [
    'the worst of several codes decides',
    errors('FORBIDDEN', 'SUBREQUEST_HTTP_ERROR'),
    { outcome: 'server_error', owner: 'upstream', detail: 'SUBREQUEST_HTTP_ERROR, as 502' },
  ],
  ['a limit', errors('RATE_LIMITED'), { outcome: 'throttled', owner: 'client', detail: 'RATE_LIMITED, as 429' }],
  ['a refusal', errors('OUT_OF_STOCK'), { outcome: 'client_error', owner: 'client', detail: 'OUT_OF_STOCK, as 400' }],
  ['the handshake of persisted queries is no failure', errors('PERSISTED_QUERY_NOT_FOUND'), UNDECIDED],
  [
    'data beside errors is a partial success',
    { graphql: { errors: ['INTERNAL_SERVER_ERROR'], partial: true } },
    { ...UNDECIDED, detail: 'partial: INTERNAL_SERVER_ERROR, as 500' },
  ],
  ['so is status 294', { status: 294, ...errors('FORBIDDEN') }, { ...UNDECIDED, detail: 'partial: FORBIDDEN, as 403' }],
  ['partial without errors says nothing', { graphql: { partial: true } }, UNDECIDED],
  ['a status of failure is not mended by GraphQL', { status: 502, ...errors('FORBIDDEN') }, UNDECIDED],
  ['where no response was sent, GraphQL has nothing to say', { status: null, ...errors('FORBIDDEN') }, UNDECIDED],
  [
    'a gRPC failure under 200',
    { grpcStatus: 14 },
    { outcome: 'server_error', owner: undefined, detail: 'UNAVAILABLE, as 503' },
  ],
  ['a gRPC limit', { grpcStatus: 8 }, { outcome: 'throttled', owner: 'client', detail: 'RESOURCE_EXHAUSTED, as 429' }],
  [
    'a gRPC call that the caller cancelled',
    { grpcStatus: 1 },
    { outcome: 'client_closed', owner: 'client', detail: 'CANCELLED, as 499' },
  ],
  ['a gRPC call that worked', { grpcStatus: 0 }, UNDECIDED],
  ['a gateway that failed before gRPC did', { status: 503, grpcStatus: 14 }, UNDECIDED],
  [
    'the words of the gateway come behind',
    { ...errors('INTERNAL_SERVER_ERROR'), detail: 'Failed to fetch' },
    { outcome: 'server_error', owner: undefined, detail: 'INTERNAL_SERVER_ERROR, as 500: Failed to fetch' },
  ],
  ['they stand alone where nothing else is told', { detail: 'timeout' }, { ...UNDECIDED, detail: 'timeout' }],
  [
    'what the layout knows wins',
    { ...errors('INTERNAL_SERVER_ERROR'), outcome: 'client_closed', owner: 'client' },
    { outcome: 'client_closed', owner: 'client', detail: 'INTERNAL_SERVER_ERROR, as 500' },
  ],
  ['a client that left', { flags: ['UF', 'DC'] }, { outcome: 'client_closed', owner: 'client', detail: undefined }],
]

describe('verdicts', () => {
  it.each(CASES)('%s', (_sentence, told, verdict) => {
    const { outcome, owner, detail } = verdictOf({ ...REQUEST, ...told })
    expect({ outcome, owner, detail }).toEqual(verdict)
  })

  it('keep a detail short enough for a label', () => {
    const { detail } = verdictOf({ ...REQUEST, ...errors('INTERNAL_SERVER_ERROR'), detail: 'é'.repeat(100) })
    expect(new TextEncoder().encode(detail).length).toBeLessThanOrEqual(200)
  })
})
