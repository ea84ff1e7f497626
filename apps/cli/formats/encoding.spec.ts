import { utf16In } from './encoding.js'

const LINE = '{"status":200,"path":"/für/dich"}\n'
const LE = Buffer.from(LINE, 'utf16le')
const BE = Buffer.from(LE).swap16()

describe('the encoding of a log', () => {
  it.each([
    ['little endian with its mark', Buffer.concat([Buffer.of(0xff, 0xfe), LE]), 'UTF-16LE'],
    ['big endian with its mark', Buffer.concat([Buffer.of(0xfe, 0xff), BE]), 'UTF-16BE'],
    ['little endian without a mark', LE, 'UTF-16LE'],
    ['big endian without a mark', BE, 'UTF-16BE'],
    ['an odd number of bytes', LE.subarray(0, 9), 'UTF-16LE'],
    ['UTF-8', Buffer.from(LINE), null],
    ['UTF-8 with its mark', Buffer.from(`\uFEFF${LINE}`), null],
    ['the zeros that IIS writes ahead', Buffer.alloc(600), null],
    ['two bytes', Buffer.of(0x7b, 0), null],
    ['nothing', Buffer.alloc(0), null],
  ])('%s', (_says, bytes, encoding) => expect(utf16In(bytes)).toBe(encoding))
})
