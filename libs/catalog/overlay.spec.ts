import { parseOverlays } from './overlay.js'

describe('overlays from configuration', () => {
  it('are read as written', () => {
    const overlays = [
      {
        name: 'ours',
        codes: [{ code: 430, name: 'Slow Down', outcome: 'throttled', owner: 'client', retryable: true }],
      },
      { name: 'edge', source: 'edge-eu', codes: [{ code: 503, owner: 'gateway' }] },
    ]
    expect(parseOverlays(overlays)).toEqual(overlays)
  })

  it.each([
    [{}, 'overlays: expected a list'],
    [[1], 'overlays[0]: expected name, source and codes'],
    [[{ codes: [] }], 'overlays[0].name: expected a text'],
    [[{ name: 'nginx', codes: [] }], 'overlays[0].name: nginx is a name of the catalogue, choose another'],
    [[{ name: 'a', source: 5, codes: [] }], 'overlays[0].source: expected the name of a source'],
    [[{ name: 'a' }], 'overlays[0].codes: expected a list'],
    [[{ name: 'a', codes: ['x'] }], 'overlays[0].codes[0]: expected a code and what to change'],
    [[{ name: 'a', codes: [{ code: 99 }] }], 'overlays[0].codes[0].code: expected an integer from 100 to 999'],
    [[{ name: 'a', codes: [{ code: '500' }] }], 'overlays[0].codes[0].code: expected an integer from 100 to 999'],
    [[{ name: 'a', codes: [{ code: 500, name: '' }] }], 'overlays[0].codes[0].name: expected a text'],
    [
      [{ name: 'a', codes: [{ code: 500, retryable: 'yes' }] }],
      'overlays[0].codes[0].retryable: expected true or false',
    ],
  ])('%j are refused: %s', (value, problem) => {
    expect(parseOverlays(value)).toEqual({ problem })
  })

  it.each([
    [{ code: 500, class: 'success' }, 'overlays[0].codes[0].class: expected one of code, name'],
    [{ code: 500, outcome: 'broken' }, 'overlays[0].codes[0].outcome: expected one of interim'],
    [{ code: 500, owner: 'nobody' }, 'overlays[0].codes[0].owner: expected one of client'],
  ])('%j is refused, naming what is allowed', (code, problem) => {
    expect(parseOverlays([{ name: 'a', codes: [code] }])).toEqual({
      problem: expect.stringContaining(problem) as string,
    })
  })
})
