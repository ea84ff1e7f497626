import { codeAlone } from './code-alone.js'
import { ToldValues } from './told-values.js'

function toldOf(record: object): ToldValues {
  const told = new ToldValues()
  told.offerAll(record)
  return told
}

describe('a code without a request', () => {
  it.each([
    [{ code: 500 }],
    [{ CODE: '500', msg: 'x', level: 'error' }],
    [{ code: 0, service: 'shop', gateway: 'edge', request_id: 'r', trace_id: 't', consumer: 'a', size: 12 }],
    [{ code: 200, path: null, method: '', host: '-' }],
  ])('%j is told by nothing else', (record) => expect(codeAlone(toldOf(record))).toBe(true))

  it.each<[object]>([
    [{ code: 500, status: 200 }],
    [{ status: 500 }],
    [{ res: { statusCode: 500 } }],
    [{}],
    ...['method', 'path', 'request', 'route', 'host', 'duration', 'upstream_status', 'upstream_ms', 'grpc_status'].map(
      (key): [object] => [{ code: 500, [key]: '1' }],
    ),
    [{ code: 200, graphql: { operation: 'Cart' } }],
  ])('%j is not', (record) => expect(codeAlone(toldOf(record))).toBe(false))
})
