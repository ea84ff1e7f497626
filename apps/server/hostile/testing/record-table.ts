import { counted, post, type HostileReply, type HostileRequest } from './hostile-request.js'

/** What is wrong with the records of these: they are rejected, their neighbours are counted. */
export const recordTable: readonly HostileRequest[] = [
  row('nothing at all', '', counted(0)),
  row('ten thousand empty lines', '\n'.repeat(10_000), counted(0)),
  row('a byte order mark alone', '\uFEFF', counted(0)),
  row('a byte order mark before the records', '\uFEFF{"status":200}', counted(1)),
  row('no status', '{"path":"/"}', counted(0, 'missing_status')),
  row('a negative status', '{"status":-200}', counted(0, 'bad_status')),
  row('the status -1, by which some mean none', '{"status":-1}', counted(1)),
  row('a status of zero digits too many', '{"status":20000000000000000000}', counted(0, 'bad_status')),
  row('a status past every number', '{"status":1e999}', counted(0, 'bad_status')),
  row('half a status', '{"status":200.5}', counted(0, 'bad_status')),
  row('a status of words', '{"status":"OK"}', counted(0, 'bad_status')),
  row('a status that is true', '{"status":true}', counted(0, 'bad_status')),
  row('a status that is an object', '{"status":{"$gt":0}}', counted(0, 'missing_status')),
  row('a status below the first', '{"status":99}', counted(0, 'bad_status')),
  row('a status above the last', '{"status":1000}', counted(0, 'bad_status')),
  row('NaN, which JSON has not', '{"status":NaN}', counted(0, 'bad_json')),
  row('Infinity, which JSON has not', '{"status":200,"duration_ms":Infinity}', counted(0, 'bad_json')),
  row('a negative duration', '{"status":200,"duration_ms":-5}', counted(1)),
  row('a duration past every number', '{"status":200,"duration_ms":1e308}', counted(1)),
  row('bytes past every number', '{"status":200,"bytes":99999999999999999999999}', counted(1)),
  row('negative bytes', '{"status":200,"bytes":-1}', counted(1)),
  row('a time in words', '{"status":200,"ts":"yesterday"}', counted(0, 'bad_time')),
  row('a time past the calendar', '{"status":200,"ts":"+999999-01-01T00:00:00Z"}', counted(0, 'bad_time')),
  row('the 30th of February', '{"status":200,"ts":"2026-02-30T00:00:00Z"}', counted(0, 'bad_time')),
  row('a time past every number', '{"status":200,"ts":1e300}', counted(0, 'bad_time')),
  row('the year 1970', '{"status":200,"ts":"1970-01-01T00:00:00Z"}', counted(0, 'too_old')),
  row('the year 2999', '{"status":200,"ts":"2999-01-01T00:00:00Z"}', counted(0, 'in_future')),
  row('a hundred thousand brackets', `{"status":200,"a":${'['.repeat(100_000)}`, counted(0, 'too_deep')),
  row('forty levels of objects', `{"status":200,"a":${'{"a":'.repeat(40)}1${'}'.repeat(40)}}`, counted(0, 'too_deep')),
  row('an object that never ends', '{"status":200,"a":"', counted(0, 'bad_json')),
  row('a record with something behind it', '{"status":200}}', [
    202,
    { accepted: 1, duplicate: 0, rejected: 1, errors: [{ index: 1, reason: 'unreadable' }] },
  ]),
  row('no objects', '[1,"a",null,[]]', counted(0, 'not_an_object', 'not_an_object', 'not_an_object', 'not_an_object')),
  row('the key of prototypes', '{"__proto__":{"status":500},"status":200}', counted(1)),
  row('the key of constructors', '{"constructor":{"prototype":{"status":500}},"status":200}', counted(1)),
  row('one key twice', '{"status":200,"status":503}', counted(1)),
  row(
    'NULs in every label',
    '{"status":200,"service":"a\\u0000b","path":"/\\u0000","request_id":"\\u0000"}',
    counted(1),
  ),
  row('lone surrogates', '{"status":200,"service":"\\ud800x\\udc00","path":"/\\udfff"}', counted(1)),
  row(
    'bytes that are no UTF-8',
    Buffer.concat([
      Buffer.from('{"status":200,"service":"'),
      Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]),
      Buffer.from('"}'),
    ]),
    counted(1),
  ),
  row(
    'line breaks and terminal escapes in a path',
    '{"status":200,"path":"/a\\r\\nSet-Cookie: x\\u001b]0;owned\\u0007\\u001b[2J"}',
    counted(1),
  ),
  row('SQL in a label', `{"status":200,"service":"'; DROP TABLE series; --"}`, counted(1)),
  row('HTML in a label', '{"status":200,"service":"<script>alert(1)</script>"}', counted(1)),
  row('a label of 60 KB', `{"status":200,"service":"${'s'.repeat(60_000)}"}`, counted(1)),
  row(
    'a record of two megabytes',
    `{"status":200,"path":"/${'p'.repeat(2_000_000)}"}\n{"status":200}`,
    counted(1, 'too_long'),
  ),
  row(
    'ten thousand keys',
    `{${Array.from({ length: 10_000 }, (_, index) => `"k${index}":1`).join(',')},"status":200}`,
    counted(1),
  ),
  row('a line of text that is no log', 'GET me out of here', counted(0, 'unreadable')),
  row(
    'a log line with a bad status',
    '1.2.3.4 - - [23/Nov/2026:02:00:00 +0000] "GET / HTTP/1.1" abc 5 "-" "-"',
    counted(0, 'bad_status'),
  ),
  row(
    'a hundred records of which one is bad',
    `${'{"status":200}\n'.repeat(50)}{"status":\n${'{"status":204}\n'.repeat(49)}`,
    [202, { accepted: 99, duplicate: 0, rejected: 1, errors: [{ index: 50, reason: 'bad_json' }] }],
  ),
]

function row(says: string, body: string | Buffer, reply: HostileReply): HostileRequest {
  return { says, bytes: post(body), reply }
}
