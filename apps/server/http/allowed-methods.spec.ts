import { AllowedMethods } from './allowed-methods.js'

describe('AllowedMethods', () => {
  const allowed = new AllowedMethods()
  allowed.add('/v1/ingest/:source', ['POST'])
  allowed.add('/v1/ingest/:source', ['PUT', 'POST'])
  allowed.add('/v1.0/things', ['GET'])
  allowed.add('/files/*', ['GET'])

  it.each([
    ['/v1/ingest/shop', ['POST', 'PUT'], 'a parameter stands for one segment'],
    ['/v1/ingest/shop/more', [], 'and not for two'],
    ['/v1/ingest/', [], 'and not for none'],
    ['/v1x0/things', [], 'a dot is a dot'],
    ['/files/a/b', ['GET'], 'a star is everything below'],
    ['/', [], 'nothing is there'],
  ])('%s takes %j: %s', (path, methods) => {
    expect(allowed.of(path)).toEqual(methods)
  })
})
