import { filebeatPlace } from './filebeat-place.js'

const TIMED = '192.0.2.1 - - [23/Nov/2026:11:00:00 +0000] "GET / HTTP/1.1" 200 2'
const UNTIMED = 'GET /health 200 2 - 0.3 ms'
const MORNING = '2026-11-23T08:00:00.000Z'
const LATER = '2026-11-23T09:00:00.000Z'

const read = (message: string, readAt: string, file: object = { path: '/var/log/a.log' }, offset = 0) =>
  filebeatPlace({ message, '@timestamp': readAt, agent: { id: 'f1' }, log: { offset, file } })

const inode = (path: string) => ({ path, device_id: '64', inode: '131' })

describe('the place of a line', () => {
  it.each([
    ['a line with a time that is read again', read(TIMED, MORNING), read(TIMED, LATER)],
    ['a line without one that is sent again', read(UNTIMED, MORNING), read(UNTIMED, MORNING)],
    ['a renamed file', read(TIMED, MORNING, inode('/a.log')), read(TIMED, LATER, inode('/a.log.1'))],
    [
      'a renamed file, by its fingerprint',
      read(TIMED, MORNING, { ...inode('/a.log'), fingerprint: 'ab' }),
      read(TIMED, LATER, { path: '/b', fingerprint: 'ab' }),
    ],
  ])('is the same of %s', (_, one, other) => {
    expect(one).not.toBeNull()
    expect(one).toBe(other)
  })

  it.each([
    ['a line without a time an hour later', read(UNTIMED, MORNING), read(UNTIMED, LATER)],
    ['another offset', read(TIMED, MORNING), read(TIMED, MORNING, undefined, 120)],
    ['another path', read(TIMED, MORNING), read(TIMED, MORNING, { path: '/var/log/b.log' })],
    ['another file of the same path', read(TIMED, MORNING, inode('/a')), read(TIMED, MORNING, { path: '/a' })],
    ['another text', read(TIMED, MORNING), read(`${TIMED} "-"`, MORNING)],
  ])('is another of %s', (_, one, other) => expect(one).not.toBe(other))

  it.each([
    ['no document', null],
    ['no offset', { message: TIMED, log: { file: { path: '/a' } } }],
    ['no file', { message: TIMED, log: { offset: 0 } }],
    ['no text', { log: { offset: 0, file: { path: '/a' } } }],
    ['lists', { message: TIMED, log: [{ offset: 0 }] }],
  ])('is not told by %s', (_, document) => expect(filebeatPlace(document)).toBeNull())
})
