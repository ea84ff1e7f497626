import { documentedCodes } from './documented-codes.js'

/** The documented list: code, name, category. */
const DOCUMENTED = `
100 informational Continue
101 informational Switching Protocols
200 success       OK
201 success       Created
202 success       Accepted
204 success       No Content
301 redirection   Moved Permanently
302 redirection   Found
304 redirection   Not Modified
307 redirection   Temporary Redirect
308 redirection   Permanent Redirect
400 client_error  Bad Request
401 client_error  Unauthorized
403 client_error  Forbidden
404 client_error  Not Found
405 client_error  Method Not Allowed
408 client_error  Request Timeout
409 client_error  Conflict
413 client_error  Payload Too Large
415 client_error  Unsupported Media Type
422 client_error  Unprocessable Entity
429 client_error  Too Many Requests
500 server_error  Internal Server Error
501 server_error  Not Implemented
502 server_error  Bad Gateway
503 server_error  Service Unavailable
504 server_error  Gateway Timeout
`

describe('the documented codes', () => {
  it('are exactly these 27, under these names and categories', () => {
    const expected = DOCUMENTED.trim()
      .split('\n')
      .map((line) => /^(\d+) (\w+) +(.+)$/.exec(line)?.slice(1) ?? [])
    expect(expected).toHaveLength(27)
    expect(documentedCodes.map((entry) => [String(entry.code), entry.class, entry.name])).toEqual(expected)
  })

  it.each(documentedCodes.map((entry) => [entry.code, entry] as const))(
    '%i tells every field in one sentence',
    (_, entry) => {
      for (const text of [entry.description, entry.whenToUse, entry.example]) expect(text).toMatch(/^[A-Z].{8,}\.$/)
      expect(entry.source).toBe('documented')
      expect(typeof entry.retryable).toBe('boolean')
    },
  )

  it('say every text once, so that none was pasted over another', () => {
    const texts = documentedCodes.flatMap((entry) => [entry.description, entry.whenToUse, entry.example])
    expect(new Set(texts).size).toBe(27 * 3)
  })
})
