import { compileHaproxy } from '../../directive/haproxy.js'
import type { Parsed, Reading } from '../../exact/told-event.js'
import type { TextLayout, TextReader } from '../layout.js'

/** HAProxy's `option httplog`, `httpslog` and `httplog clf`, and what it writes into the same log about other things. */
export const haproxy: TextLayout = {
  kind: 'text',
  name: 'haproxy',
  sentence: "HAProxy's httplog, httpslog and CLF lines.",
  reader: () => new HaproxyReader(),
  mismatch: (line) => (CLF_MIDDLE.test(line) ? CLF : HTTP).mismatch?.(line) ?? null,
}

const HTTPS = preset('option httpslog')
const HTTP = preset('option httplog')
const CLF = preset('option httplog clf')

function preset(directive: string): TextLayout {
  const layout = compileHaproxy('haproxy', directive)
  if ('problem' in layout || layout.kind !== 'text') throw new Error(`${directive}: no lines of text`)
  return layout
}

/** `192.0.2.9:49704 [22/Nov/2026:23:20:27.796] `; a UNIX socket has no address. */
const HEAD =
  /^(?:[\dA-Fa-f.:]{2,45}|unix|-):\d{1,10} \[\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d(?:\.\d{3})?\] (?=[\w.:~-]{1,200}[ /])/
/** `fe/1: SSL handshake failure`: a connection that never became a request. */
const FAILED_CONNECTION = /^[\w.:~-]{1,200}\/[\w.:~-]{1,200}: /
/** `fe be/srv 1/0/9 156 -- 2/1/0/0/0 0/0`: a connection of TCP mode. */
const TCP_CONNECTION =
  /^\S{1,200} \S{1,400} [\d/+-]{5,60} \+?\d{1,20} \S\S \d{1,9}(?:\/\+?\d{1,9}){4} \d{1,9}\/\d{1,9}$/
/** `… "<BADREQ>" 400 0 "" "" 49704 358 "fe" "be" "srv" …`. */
const CLF_MIDDLE = / "" "" \d{1,5} \d{3} "/
/** What the process says about its servers and itself, and how it logs connections where no format is set. */
const MESSAGE =
  /^(?:Connect from \S{1,200} to \S{1,200} \(|(?:Backup )?[Ss]erver \S{1,200}\/\S{1,200} (?:is|was) (?:UP|DOWN|going|stopping|drain|ready|READY|in maintenance|forced)|Health check for (?:backup )?server \S{1,200}\/|Proxy \S{1,200} (?:started|stopped)|backend \S{1,200} has no server available)/

/** What a line was taken for: who reads it, or that it is about no request. */
type Found = TextReader | 'other' | null

class HaproxyReader implements TextReader {
  readonly #https = HTTPS.reader()
  readonly #http = HTTP.reader()
  readonly #clf = CLF.reader()
  /** The line that was recognised last, so that it is not looked at again when it is read. */
  #line = ''
  #found: Found = null

  recognise(line: string, reading: Reading): string | null {
    this.#line = line
    this.#found = this.#find(line, reading)
    if (this.#found === null) return null
    return this.#found === 'other'
      ? 'it has a message of HAProxy that is about no request'
      : 'it has the values of httplog'
  }

  read(line: string, reading: Reading): Parsed | 'header' {
    if (this.#line !== line) this.recognise(line, reading)
    this.#line = ''
    if (this.#found === 'other') return { reject: 'not_a_request' }
    return this.#found?.read(line, reading) ?? { reject: 'unreadable' }
  }

  #find(line: string, reading: Reading): Found {
    const head = HEAD.exec(line)
    if (head === null) {
      if (CLF_MIDDLE.test(line) && this.#clf.recognise(line, reading) !== null) return this.#clf
      return MESSAGE.test(line) ? 'other' : null
    }
    // Behind the request of httpslog stands more.
    const readers = line.endsWith('"') ? [this.#http] : [this.#https, this.#http]
    const whole = readers.find((reader) => reader.recognise(line, reading) !== null)
    if (whole !== undefined) return whole
    const rest = line.slice(head[0].length)
    if (FAILED_CONNECTION.test(rest) || TCP_CONNECTION.test(rest)) return 'other'
    const cut = this.#http.read(line, reading)
    return cut === 'header' || 'reject' in cut ? null : this.#http
  }
}
