import { oneOf } from '../../directive/alternatives.js'
import type { Field } from '../../exact/alias.js'
import { readSpelling } from '../../exact/spelling.js'
import type { TextLayout } from '../layout.js'
import { Pattern, type Piece, type Slot } from '../pattern.js'
import { patternLayout } from '../pattern-layout.js'
import { leftByClient } from '../producer.js'

function word(field: Field, name: string): Slot {
  return { name, shape: 'word', tells: [{ ...readSpelling(name), field }] }
}
const METHOD = word('method', 'method')
const URL = word('path', 'url')
const STATUS = word('status', 'status')
const BYTES = word('bytes', 'content-length')
const TIME = word('duration', 'ms:response-time')
const PROTOCOL = word('protocol', 'http-version')
const ADDRESS: Slot = { name: 'remote-addr', shape: 'word', tells: [] }
const USER: Slot = {
  name: 'remote-user',
  shape: 'free',
  tells: [{ ...readSpelling('remote-user'), field: 'consumer' }],
}

const TINY: readonly Piece[] = [METHOD, ' ', URL, ' ', STATUS, ' ', BYTES, ' - ', TIME, ' ms']
const DEV: readonly Piece[] = [METHOD, ' ', URL, ' ', STATUS, ' ', TIME, ' ms - ', BYTES]
const SHORT: readonly Piece[] = [
  ADDRESS,
  ' ',
  USER,
  ' ',
  METHOD,
  ' ',
  URL,
  ' ',
  PROTOCOL,
  ' ',
  STATUS,
  ' ',
  BYTES,
  ' - ',
  TIME,
  ' ms',
]

const VALUES = String.raw`(?:\d{1,3}|-) (?:(?:\d{1,15}|-) - (?:\d{1,12}\.\d{1,6}|-) ms|(?:\d{1,12}\.\d{1,6}|-) ms - (?:\d{1,15}|-))$`
const ENDS_LIKE = new RegExp(` ${VALUES}`)
/** No values at the end of a line are longer. */
const MAX_VALUES_CHARS = 64

function shape(pieces: readonly Piece[], begins: RegExp): TextLayout {
  return patternLayout({
    name: 'morgan',
    sentence: "Lines of morgan's tiny, dev and short formats.",
    pattern: new Pattern(pieces),
    looksLike: (line) => begins.test(line.slice(0, 128)) && ENDS_LIKE.test(line.slice(-MAX_VALUES_CHARS)),
    // Without a status the client left before there was one.
    settle: (event) => (event.status === null ? leftByClient(event) : event),
  })
}

const REQUEST = String.raw`[A-Z]{3,16} (?:\/|\*|https?:)`
const plain = oneOf([
  shape(TINY, new RegExp(`^${REQUEST}`)),
  shape(DEV, new RegExp(`^${REQUEST}`)),
  shape(SHORT, new RegExp(String.raw`^[\w.:-]{1,64} \S{1,64} ${REQUEST}`)),
])

/**
 * The formats of morgan, a logger for Node servers, that are not of the combined family. They tell no time. `dev` colours its
 * lines for terminals.
 */
export const morgan: TextLayout = {
  ...plain,
  reader: () => {
    const reader = plain.reader()
    return {
      recognise: (line, reading) => reader.recognise(uncoloured(line), reading),
      // A line that is not whole could be any text.
      read: (line, reading) =>
        reader.recognise(uncoloured(line), reading) === null
          ? { reject: 'unreadable' }
          : reader.read(uncoloured(line), reading),
    }
  },
}

const ESCAPE = '\u001B['

/** The line without the colours of terminals. */
function uncoloured(line: string): string {
  if (!line.includes(ESCAPE)) return line
  const [first = '', ...rest] = line.split(ESCAPE)
  return first + rest.map((part) => part.replace(/^[\d;]{0,8}m/, '')).join('')
}
