import { isRotated } from './rotated-files.js'

it.each([
  ['access.log.1', true, 'a number'],
  ['access.log.12.gz', true, 'compressed'],
  ['access.log-20261123', true, 'a date'],
  ['access.log-2026-11-23T12:00:00Z.gz', true, 'a time'],
  ['access.log.old', true, 'the word of some writers'],
  ['access-20261123.log', true, 'a date inside, as logrotate with "extension"'],
  ['access-2026-11-23T12-00-00.000.log.gz', true, 'a time inside, as Caddy writes'],
  ['access.1.log', true, 'a number inside'],
  ['access.log', false, 'the log itself'],
  ['access.log.1.xz', false, 'compressed as nobody here can read'],
  ['access.log.offset', false, 'what another shipper keeps beside it'],
  ['access-admin.log', false, 'another log'],
  ['access.log2', false, 'another log'],
  ['error.log.1', false, 'what was rotated of another log'],
])('of access.log, %s is rotated: %s (%s)', (name, expected) => expect(isRotated(name, 'access.log')).toBe(expected))
