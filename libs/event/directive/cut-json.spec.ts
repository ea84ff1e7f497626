import type { Reading } from '../exact/told-event.js'
import { problemOf } from '../testing/directive-reading.js'
import { compileHaproxy } from './haproxy.js'
import { compileNginx } from './nginx.js'
import { wholeMembersOf } from './cut-json.js'

const READING: Reading = { bareUnit: 'ms', timeZone: 'UTC', maxDepth: 32 }

function readCut(layout: ReturnType<typeof compileNginx>, text: string) {
  if ('problem' in layout || layout.kind !== 'json') throw new Error(problemOf(layout))
  return layout.readCut?.(text, READING) ?? null
}

const NGINX = compileNginx(
  'own',
  `log_format own escape=json '{"t":"$msec","s":$status,"us":"$upstream_status","urt":$upstream_response_time,"up":{"u":"$request_uri","a":"$http_user_agent"},"h":"$host"}';`,
)
const WHOLE =
  '{"t":"1795389626.171","s":502,"us":"503, 502","urt":0.002, 0.001,"up":{"u":"/a?b","a":"x\\",\\"s\\":200,\\"z\\":\\"y"},"h":"shop.example"}'

/** The whole line up to the end of a text in it. */
const upTo = (text: string) => readCut(NGINX, WHOLE.slice(0, WHOLE.indexOf(text) + text.length))

describe('a JSON line that was cut', () => {
  it('has the status of the whole line or none, wherever the cut is', () => {
    const behindStatus = WHOLE.indexOf(',"us"') + 2
    for (let end = 1; end < WHOLE.length; end++) {
      const event = readCut(NGINX, WHOLE.slice(0, end))
      if (end < behindStatus) expect(event).toBeNull()
      else expect(event).toMatchObject({ status: 502, tsMs: 1_795_389_626_171 })
    }
  })

  it('tells every value that stands whole before the cut, and none that does not', () => {
    expect(upTo('"urt":0.002, 0')).toMatchObject({ upstreamStatuses: [503, 502] })
    expect(upTo('"urt":0.002, 0')).not.toHaveProperty('upstreamMs')
    expect(upTo('"u":"/a')).toMatchObject({ upstreamMs: 1 })
    expect(upTo('"u":"/a')).not.toHaveProperty('path')
    expect(upTo('"u":"/a?b","')).toMatchObject({ path: '/a' })
    expect(upTo('"h":"shop')).not.toHaveProperty('host')
  })

  it('of HAProxy', () => {
    const layout = compileHaproxy('own', `log-format '{"t":"%[date(0,ms)]","s":%ST,"ta":%Ta,"p":"%HP","q":"%HQ"}'`)
    expect(readCut(layout, '{"t":"1795389627796","s":503,"ta":9,"p":"/aaaa')).toMatchObject({
      status: 503,
      durationMs: 9,
    })
  })

  it.each(['{"s":502,"a":x}', '{"s":502}', '{', '', '"a"', '{"a":[1,"b"', '{"a":"b'])('is not %s', (text) => {
    expect(wholeMembersOf(text)).toBeNull()
  })
})

describe('a directive of JSON into which clients could write', () => {
  it.each([
    ['HAProxy', compileHaproxy('own', `{"s":%ST,"h":"%[req.hdr(host)]"}`), /^%\[req\.hdr\(host\)\] may hold a quote/],
    ['HAProxy', compileHaproxy('own', `{"s":%ST,"c":"%CC"}`), /^%CC may hold a quote/],
    ['nginx', compileNginx('own', `log_format x escape=none '{"s":$status,"h":"$host"}';`), /^\$host may hold a quote/],
  ])('of %s is refused', (_name, layout, problem) => {
    expect(problemOf(layout)).toMatch(problem)
  })

  it.each([
    `{"s":%ST,"h":"%[req.hdr(host),json(utf8s)]","p":"%HP","r":"%r","id":"%ID"}`,
    `{"s":%ST,"h":%{+Q,+E}[req.hdr(host)]}`,
    '%{+json}o %(s)ST %(h)[req.hdr(host)] %(c)CC',
  ])('of HAProxy is read where its values are escaped: %s', (directive) => {
    expect(compileHaproxy('own', directive)).toMatchObject({ kind: 'json' })
  })
})
