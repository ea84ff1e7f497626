import { jsonOf } from './json-value.js'
import { eventOf, type Parsed } from './told-event.js'
import { ToldValues } from './told-values.js'

const READING = { bareUnit: undefined, timeZone: 'UTC', maxDepth: 32 }

function read(text: string): Parsed {
  const told = new ToldValues()
  told.offerAll(jsonOf(text) as object)
  return eventOf(told, READING)
}

describe('a record that says something twice', () => {
  it.each<[text: string, status: number]>([
    ['{"status":404,"status":301}', 301],
    ['{"status":404,"STATUS":200}', 200],
    // Of spellings that differ in case the one wins that comes first last, with its own last value.
    ['{"status":404,"STATUS":200,"status":301}', 200],
    ['{"status":404,"STATUS":200,"STATUS":301}', 301],
    ['{"status":404,"STATUS":null}', 404],
  ])('%s is %d', (text, status) => expect(read(text)).toMatchObject({ status }))
})

describe('a number that JSON does not write', () => {
  it.each<[text: string, event: object]>([
    ['{"status":0200}', { status: 200 }],
    ['{"status":"0200"}', { status: 200 }],
    ['{"status":000}', { status: null }],
    ['{"status":200,"service":007}', { status: 200, service: '007' }],
    ['{"status":200,"service":7}', { status: 200, service: '7' }],
    ['{"status":200,"bytes":0012}', { status: 200, bytes: 12 }],
  ])('%s is read as its text', (text, event) => expect(read(text)).toMatchObject(event))
})

describe('a sampling rate', () => {
  it.each<[rate: string, weight: number | undefined]>([
    ['0.25', 4],
    ['"0.25"', 4],
    ['0.000001', 1_000_000],
    ['9e-7', undefined],
    ['1e-300', undefined],
    ['0', undefined],
    ['-0.5', undefined],
    ['1', undefined],
    ['2', undefined],
    ['"x"', undefined],
  ])('of %s makes a record count as %s requests', (rate, weight) => {
    const event = read(`{"status":200,"sample_rate":${rate}}`) as { weight?: number }
    expect(event.weight).toBe(weight)
  })
})
