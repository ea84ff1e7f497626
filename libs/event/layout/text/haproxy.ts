import { compileHaproxy } from '../../directive/haproxy.js'
import type { Parsed, Reading } from '../../exact/told-event.js'
import type { TextLayout, TextReader } from '../layout.js'

/** HAProxy's `option httplog`, `httpslog` and `httplog clf`, and what it writes into the same log about other things. */
export const haproxy: TextLayout = {
  kind: 'text',
  name: 'haproxy',
  sentence: "HAProxy's httplog, httpslog and CLF lines.",
  reader: () => new HaproxyReader(),
}

/** `httpslog` only goes on behind `httplog`, so that it is tried first. */
const [HTTPS, HTTP, CLF] = ['option httpslog', 'option httplog', 'option httplog clf'].map(preset)

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
  /^(?:Connect from \S{1,200} to \S{1,200} \(|(?:Backup )?[Ss]erver \S{1,200}\/\S{1,200} (?:is|was) |Health check for |(?:Proxy|Stopping|Pausing|Resuming|Enabling|Disabling) \S{1,200} |backend \S{1,200} has no server available)/

type Kind = 'request' | 'cut' | 'other'

class HaproxyReader implements TextReader {
  readonly #https = HTTPS?.reader()
  readonly #http = HTTP?.reader()
  readonly #clf = CLF?.reader()

  recognise(line: string, reading: Reading): string | null {
    const kind = this.#kindOf(line, reading)
    if (kind === null) return null
    return kind === 'other' ? 'it has a message of HAProxy that is about no request' : 'it has the values of httplog'
  }

  read(line: string, reading: Reading): Parsed | 'header' {
    if (this.#kindOf(line, reading) === 'other') return { reject: 'not_a_request' }
    return this.#readerOf(line, reading)?.read(line, reading) ?? { reject: 'unreadable' }
  }

  #readerOf(line: string, reading: Reading): TextReader | undefined {
    if (CLF_MIDDLE.test(line)) return this.#clf
    return [this.#https, this.#http].find((reader) => reader?.recognise(line, reading) !== null) ?? this.#http
  }

  #kindOf(line: string, reading: Reading): Kind | null {
    const head = HEAD.exec(line)
    if (head === null) {
      if (CLF_MIDDLE.test(line) && this.#clf?.recognise(line, reading) !== null) return 'request'
      return MESSAGE.test(line) ? 'other' : null
    }
    if (this.#http?.recognise(line, reading) !== null) return 'request'
    const rest = line.slice(head[0].length)
    if (FAILED_CONNECTION.test(rest) || TCP_CONNECTION.test(rest)) return 'other'
    const cut = this.#http?.read(line, reading)
    return cut !== undefined && cut !== 'header' && !('reject' in cut) ? 'cut' : null
  }
}
