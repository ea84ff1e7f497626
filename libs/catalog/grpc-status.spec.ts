import { grpcStatus, grpcStatuses, grpcStatusNamed } from './grpc-status.js'

describe('gRPC statuses', () => {
  it('map to their canonical HTTP codes', () => {
    expect(grpcStatuses.map((status) => `${status.code} ${status.name} ${status.httpCode}`).join(' · ')).toBe(
      '0 OK 200 · 1 CANCELLED 499 · 2 UNKNOWN 500 · 3 INVALID_ARGUMENT 400 · 4 DEADLINE_EXCEEDED 504 · 5 NOT_FOUND 404 · ' +
        '6 ALREADY_EXISTS 409 · 7 PERMISSION_DENIED 403 · 8 RESOURCE_EXHAUSTED 429 · 9 FAILED_PRECONDITION 400 · ' +
        '10 ABORTED 409 · 11 OUT_OF_RANGE 400 · 12 UNIMPLEMENTED 501 · 13 INTERNAL 500 · 14 UNAVAILABLE 503 · ' +
        '15 DATA_LOSS 500 · 16 UNAUTHENTICATED 401',
    )
  })

  it.each([
    [0, 'success', 'unknown', 'the call worked'],
    [1, 'client_closed', 'client', 'the caller cancelled'],
    [5, 'client_error', 'client', 'the caller asked for the wrong thing'],
    [8, 'throttled', 'client', 'the caller went over its quota'],
    [13, 'server_error', 'upstream', 'the service broke'],
    [14, 'server_error', 'unknown', 'a proxy writes it too when it cannot connect'],
    [99, 'server_error', 'upstream', 'gRPC reads unknown numbers as UNKNOWN'],
  ])('%i is %s by %s: %s', (code, outcome, owner) => {
    expect(grpcStatus(code)).toMatchObject({ outcome, owner })
  })

  it.each([-1, 1.5, Number.NaN])('%d is no gRPC status', (code) => expect(grpcStatus(code)).toBeUndefined())

  it('are found by their names', () => {
    expect(grpcStatusNamed('UNAVAILABLE')).toMatchObject({ code: 14, httpCode: 503 })
    expect(grpcStatusNamed('unavailable')).toBeUndefined()
  })
})
