import { documentedCodes } from './documented-codes.js'
import { statusCode, type StatusCode, type StatusCodeText } from './status-code.js'

/** The registry's own names where they differ from the documented ones. */
const REGISTERED_NAMES: Readonly<Record<number, string>> = { 413: 'Content Too Large', 422: 'Unprocessable Content' }

/** The registered codes that the documented list leaves out: code, name, description, when to use, example. */
const ROWS: readonly (readonly [number, string, string, string, string])[] = [
  [
    102,
    'Processing',
    'The server has taken the whole request and is still working on it.',
    'To keep a client from timing out during a long WebDAV operation.',
    'Still working on it.',
  ],
  [
    103,
    'Early Hints',
    'Headers of the coming response are sent ahead of it.',
    'To let a browser preload resources while the response is prepared.',
    'Preload these style sheets while the page is built.',
  ],
  [
    104,
    'Upload Resumption Supported',
    'The server can resume this upload should it be interrupted; the registration is temporary.',
    'During a resumable upload, before the final response.',
    'This upload can be resumed.',
  ],
  [
    203,
    'Non-Authoritative Information',
    'The request succeeded, but a proxy changed the response on the way.',
    'When a transforming proxy alters what the origin sent.',
    'This content was modified by a proxy.',
  ],
  [
    205,
    'Reset Content',
    'The request succeeded and the client should reset the form or view that sent it.',
    'After a form was taken in and should be emptied.',
    'Saved; please clear the form.',
  ],
  [
    206,
    'Partial Content',
    'The response holds only the requested range of the resource.',
    'For range requests such as resumed downloads and video seeking.',
    'Here are bytes 0 to 1023.',
  ],
  [
    207,
    'Multi-Status',
    'The body reports a status of its own for each of several resources.',
    'For WebDAV operations over many resources at once.',
    'Two items were copied, one was refused.',
  ],
  [
    208,
    'Already Reported',
    'The members of this collection were listed earlier in the same answer.',
    'Inside a WebDAV multi-status body, to avoid repeating bindings.',
    'This collection was listed above.',
  ],
  [
    226,
    'IM Used',
    'The response is the result of applying instance manipulations such as a delta.',
    'When a client accepts a difference to the version it holds.',
    'Here is the change since your version.',
  ],
  [
    300,
    'Multiple Choices',
    'The resource has several representations to choose from.',
    'When the client should pick a format or language itself.',
    'Choose between PDF and HTML.',
  ],
  [
    303,
    'See Other',
    'The answer is found at another URL by GET.',
    'After a POST, to send the browser to a result page.',
    'Fetch the result over there.',
  ],
  [
    305,
    'Use Proxy',
    'The resource was to be fetched through a proxy; deprecated for security reasons.',
    'No longer: it is kept for old servers only.',
    'Use the named proxy.',
  ],
  [
    306,
    '(Unused)',
    'The code was reserved by an early draft and has no meaning today.',
    'Never: it is reserved.',
    'Reserved.',
  ],
  [
    402,
    'Payment Required',
    'The request cannot proceed before a payment.',
    'When a quota is used up or a subscription has lapsed.',
    'Please renew your plan.',
  ],
  [
    406,
    'Not Acceptable',
    'The server has no representation that the Accept headers allow.',
    'When content negotiation finds no match.',
    'This resource is not available as XML.',
  ],
  [
    407,
    'Proxy Authentication Required',
    'The client must authenticate with the proxy first.',
    'When a forward proxy demands credentials.',
    'The proxy wants your credentials.',
  ],
  [
    410,
    'Gone',
    'The resource existed and was removed for good.',
    'For content that was withdrawn on purpose.',
    'This page was removed.',
  ],
  [
    411,
    'Length Required',
    'The server refuses a body without a Content-Length.',
    'When a server must know the size of the body in advance.',
    'Please send a Content-Length.',
  ],
  [
    412,
    'Precondition Failed',
    'A condition in the request headers does not hold.',
    'For optimistic locking with If-Match or If-Unmodified-Since.',
    'The version has changed since you read it.',
  ],
  [
    414,
    'URI Too Long',
    'The URL is longer than the server reads.',
    'When data that belongs in a body was put into the query.',
    'The URL is too long.',
  ],
  [
    416,
    'Range Not Satisfiable',
    'The requested range lies outside the resource.',
    'When a resumed download asks for bytes past the end.',
    'The file has only 100 bytes.',
  ],
  [
    417,
    'Expectation Failed',
    'The server cannot meet what the Expect header asks.',
    'When 100-continue is not supported on the way.',
    'The expectation cannot be met.',
  ],
  [
    418,
    '(Unused)',
    'The code is reserved because a joke protocol made it unusable.',
    'Never seriously: it is reserved.',
    'Reserved.',
  ],
  [
    421,
    'Misdirected Request',
    'The request reached a server that does not answer for this host.',
    'When a connection is reused for a name it does not serve.',
    'Ask again on a new connection.',
  ],
  [423, 'Locked', 'The resource is locked.', 'For WebDAV resources under a lock.', 'Somebody else holds the lock.'],
  [
    424,
    'Failed Dependency',
    'The request failed because another one it depends on failed.',
    'Inside a WebDAV multi-status body.',
    'An earlier step failed.',
  ],
  [
    425,
    'Too Early',
    'The server will not risk a request that could be replayed from early data.',
    'For unsafe requests in TLS 1.3 early data.',
    'Send it again after the handshake.',
  ],
  [
    426,
    'Upgrade Required',
    'The server answers only over another protocol.',
    'When a client must move to a newer protocol.',
    'Please use HTTP/2.',
  ],
  [
    428,
    'Precondition Required',
    'The server insists on a conditional request.',
    'To prevent lost updates between concurrent writers.',
    'Please send If-Match.',
  ],
  [
    431,
    'Request Header Fields Too Large',
    'The headers are larger than the server reads.',
    'When cookies or tokens have outgrown the header limit.',
    'Your headers are too large.',
  ],
  [
    451,
    'Unavailable For Legal Reasons',
    'The resource is withheld because of a legal demand.',
    'For content blocked by court order or law.',
    'Not available in your country.',
  ],
  [
    505,
    'HTTP Version Not Supported',
    'The server does not speak the HTTP version of the request.',
    'When a client uses an HTTP version that is not served.',
    'Please use HTTP/1.1.',
  ],
  [
    506,
    'Variant Also Negotiates',
    'Content negotiation was configured into a loop.',
    'For a misconfigured transparent negotiation.',
    'The chosen variant negotiates again.',
  ],
  [
    507,
    'Insufficient Storage',
    'The server has no room left to store what the request needs.',
    'When a disk or a quota is full.',
    'The storage is full.',
  ],
  [
    508,
    'Loop Detected',
    'The server stopped because the operation would never end.',
    'For circular bindings or proxies that call each other.',
    'The request runs in circles.',
  ],
  [
    510,
    'Not Extended',
    'The request lacks an extension that the server needs; obsoleted.',
    'No longer: the extension framework is historic.',
    'A required extension is missing.',
  ],
  [
    511,
    'Network Authentication Required',
    'The network itself wants a login before it lets traffic through.',
    'For captive portals, by the network and not by the origin.',
    'Log in to the network first.',
  ],
]

const REGISTERED_TRAITS: Readonly<Record<number, Partial<StatusCodeText>>> = {
  425: { retryable: true },
  511: { owner: 'network' },
}

const registered = ROWS.map(([code, name, description, whenToUse, example]) =>
  statusCode('iana', { code, name, description, whenToUse, example, ...REGISTERED_TRAITS[code] }),
)
const documentedToo = documentedCodes.map((entry) =>
  statusCode('iana', { ...entry, name: REGISTERED_NAMES[entry.code] ?? entry.name }),
)

/** Every entry of the IANA registry of HTTP status codes, by code, under the registry's own names. */
export const ianaCodes: readonly StatusCode[] = Object.freeze(
  [...registered, ...documentedToo].toSorted((a, b) => a.code - b.code),
)
