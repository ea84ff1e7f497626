import { inspect } from 'node:util'
import { ConfigError } from './config-error.js'
import { describeConfig, settingRows } from './describe-config.js'
import { loadConfig } from './load-config.js'

const noFile = (): string => {
  throw new Error('no file was to be read')
}

function fromYaml(yaml: string, env: Record<string, string> = {}) {
  return loadConfig({ STATUSLINE_CONFIG: 'statusline.yaml', ...env }, () => yaml)
}

function messageOf(load: () => unknown): string {
  try {
    load()
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as Error).message
  }
  return 'accepted'
}

describe('loadConfig', () => {
  it('needs nothing', () => {
    const config = loadConfig({}, noFile)
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      databaseUrl: undefined,
      dataDir: './data',
      role: 'all',
      journal: 'postgres',
      syslogPort: undefined,
      foldIntervalMs: 500,
      zeroCodes: [200, 429, 500, 502, 503, 504],
      limits: { bodyBytes: 67_108_864, decodedBytes: 268_435_456, lineBytes: 1_048_576, slowBodyMs: 30_000 },
      budgets: { sources: 1_000, seriesPerSource: 10_000, series: 200_000, routesPerService: 500 },
      retention: {
        tenSecondsHours: 48,
        minutesDays: 15,
        hoursDays: 400,
        daysYears: 5,
        quarantineDays: 7,
      },
    })
  })

  it('takes a directive over several lines', () => {
    const { formats } = fromYaml("formats:\n  mine:\n    nginx: |\n      log_format mine '$status '\n        '$uri';\n")
    expect(formats.get('mine')).toEqual({ nginx: "log_format mine '$status '\n  '$uri';\n" })
  })

  it('lets the environment beat the file, and an empty variable count as absent', () => {
    const config = fromYaml('port: 9000\nhost: 10.0.0.1\nlimits: { bodyBytes: 1 MiB, headerCount: 50 }', {
      PORT: '9001',
      HOST: '',
      STATUSLINE_LIMITS_BODY_BYTES: '2MiB',
      SYSLOG_PORT: 'off',
    })
    expect([config.port, config.host, config.limits.bodyBytes, config.limits.headerCount]).toEqual([
      9001,
      '10.0.0.1',
      2_097_152,
      50,
    ])
  })

  it('reads everything that has structure', () => {
    const config = fromYaml(`
zeroCodes: [200, 503]
codes: [{ code: 299, name: Almost OK, outcome: success, owner: unknown, retryable: false, source: edge }]
sources:
  edge: { format: nginx-json, timezone: Europe/Berlin, hashConsumers: true, routes: ['/orders/{id}'], sampleRate: 0.1, side: both }
  __proto__: { hashConsumers: false }
alert:
  webhooks: [{ name: ops, url: 'https://hooks.example/x', secret: sixteen-letters-or-more }]
  rules: { server-error-spike: { minimumRequests: 100, severity: warning } }`)
    expect(config.codes).toEqual([
      { code: 299, name: 'Almost OK', outcome: 'success', owner: 'unknown', retryable: false, source: 'edge' },
    ])
    expect(config.sources.get('edge')).toEqual({
      format: 'nginx-json',
      timezone: 'Europe/Berlin',
      hashConsumers: true,
      routes: ['/orders/{id}'],
      sampleRate: 0.1,
      side: 'both',
    })
    expect(Array.from(config.sources.keys())).toEqual(['edge', '__proto__'])
    expect(config.alert.webhooks[0]?.secret.reveal()).toBe('sixteen-letters-or-more')
    expect(config.alert.rules.get('server-error-spike')?.get('minimumRequests')).toBe(100)
    expect(loadConfig({ STATUSLINE_ZERO_CODES: '200, 404' }, noFile).zeroCodes).toEqual([200, 404])
  })

  it('reads lists and mappings in the environment as JSON', () => {
    const { zeroCodes, codes, sources, alert, metrics } = loadConfig(
      {
        STATUSLINE_ZERO_CODES: '[200, 503]',
        STATUSLINE_CODES: '[{"code":299,"name":"Almost OK"}]',
        STATUSLINE_SOURCES: '{"edge":{"format":"json","routes":["/a/{id}"]},"__proto__":{"hashConsumers":true}}',
        STATUSLINE_ALERT_WEBHOOKS: '[{"name":"ops","url":"https://x.example/y","secret":"sixteen-letters-or-more"}]',
        STATUSLINE_ALERT_RULES: '{"throttle-spike":{"factor":3,"enabled":false}}',
        STATUSLINE_METRICS_ROUTES: '["/a,b"]',
      },
      noFile,
    )
    expect(zeroCodes).toEqual([200, 503])
    expect(codes).toEqual([{ code: 299, name: 'Almost OK' }])
    expect([...sources]).toEqual([
      ['edge', { format: 'json', routes: ['/a/{id}'] }],
      ['__proto__', { hashConsumers: true }],
    ])
    expect(alert.webhooks[0]?.secret.reveal()).toBe('sixteen-letters-or-more')
    expect(alert.rules.get('throttle-spike')).toEqual(
      new Map<string, unknown>([
        ['factor', 3],
        ['enabled', false],
      ]),
    )
    expect(metrics.routes).toEqual(['/a,b'])
  })

  it.each([
    'hush, hush',
    '[{"name":"ops","secret":"hush"',
    '[{"name":"ops","url":"https://hush.example","secret":"hush"}]',
    '[{"name":"ops","url":"hush","secret":"sixteen-letters-or-more"}]',
    '["hush"]',
    '{"secret":"hush"}',
  ])('never prints a webhook in a refusal: %s', (webhooks) => {
    const message = messageOf(() => loadConfig({ STATUSLINE_ALERT_WEBHOOKS: webhooks }, noFile))
    expect(message).toMatch(/^STATUSLINE_ALERT_WEBHOOKS\S* is \(hidden\); allowed: /)
    expect(message).not.toContain('hush')
  })

  it('names what a mapping in the environment should be', () => {
    expect(messageOf(() => loadConfig({ STATUSLINE_SOURCES: 'edge' }, noFile))).toMatch(
      /^STATUSLINE_SOURCES is "edge"; allowed: JSON of a mapping from a source name to /,
    )
    expect(messageOf(() => loadConfig({ STATUSLINE_SOURCES: '{edge}' }, noFile))).toMatch(
      /^STATUSLINE_SOURCES is "\{edge\}"; allowed: JSON of a mapping from a source name to /,
    )
  })

  const wrongEnvironment: [string, Record<string, string>, string][] = [
    ['a port past the last', { PORT: '70000' }, 'PORT is "70000"; allowed: a whole number from 0 to 65535'],
    ['a port that is no number', { PORT: '80a' }, 'PORT is "80a"; allowed: a whole number from 0 to 65535'],
    ['a port with a fraction', { PORT: '80.5' }, 'PORT is "80.5"; allowed: a whole number from 0 to 65535'],
    [
      'an unknown role',
      { STATUSLINE_ROLE: 'boss' },
      'STATUSLINE_ROLE is "boss"; allowed: one of all, ingest, fold, query, alert',
    ],
    ['a journal of another release', { JOURNAL: 'kafka' }, 'JOURNAL is "kafka"; allowed: only postgres'],
    [
      'another database',
      { DATABASE_URL: 'mysql://u:hush@h/d' },
      'DATABASE_URL is (hidden); allowed: off, or a postgresql:// URL',
    ],
    [
      'a short admin key',
      { STATUSLINE_ADMIN_KEY: 'hush' },
      'STATUSLINE_ADMIN_KEY is (hidden); allowed: off, or at least 16 printable characters without spaces',
    ],
    [
      'control characters, kept on one line',
      { HOST: 'a\nb\u001B[31m' },
      String.raw`HOST is "a\nb\u001b[31m"; allowed: a host name or an IP address`,
    ],
    [
      'a size in unknown units',
      { STATUSLINE_LIMITS_LINE_BYTES: '1 MB' },
      'STATUSLINE_LIMITS_LINE_BYTES is "1 MB"; allowed: bytes from 1024 to 67108864, also as "64 MiB"',
    ],
    [
      'one wrong item of a list',
      { STATUSLINE_ZERO_CODES: '200,20' },
      'STATUSLINE_ZERO_CODES[1] is "20"; allowed: a whole number from 100 to 599',
    ],
    [
      'limits that contradict',
      { STATUSLINE_LIMITS_DECODED_BYTES: '1 MiB' },
      'limits.decodedBytes is 1048576; allowed: at least limits.bodyBytes (67108864)',
    ],
  ]
  it.each(wrongEnvironment)('stops at %s', (_, env, message) => {
    expect(messageOf(() => loadConfig(env, noFile))).toBe(message)
  })

  const wrongFiles: [string, string, string][] = [
    ['an unknown key', 'prot: 8080', 'prot is not a setting; did you mean port?'],
    [
      'a key like no other',
      'quarantine: { colour: red }',
      'quarantine.colour is not a setting; allowed: enabled, keepBodies',
    ],
    [
      'an unknown key in a group',
      'limits: { bodyByte: 1 }',
      'limits.bodyByte is not a setting; did you mean bodyBytes?',
    ],
    [
      'an unknown key in a record',
      'sources: { edge: { timeZone: UTC } }',
      'sources.edge.timeZone is not a setting; did you mean timezone?',
    ],
    ['a missing field', 'codes: [{ code: 299 }]', 'codes[0].name is missing; allowed: up to 200 characters'],
    [
      'a value where a group belongs',
      'limits: 5',
      'limits is 5; allowed: a mapping with bodyBytes, decodedBytes, lineBytes, concurrentBodyBytes, concurrentBodies, answerMs, journalBytes, headerCount, headerBytes, slowBodyMs, slowBodyBytesPerSecond, sourceEventsPerSecond, graphqlDepth, graphqlFields, graphqlQuestions, queryTimeoutMs',
    ],
    [
      'a sampling rate of none',
      'sources: { edge: { sampleRate: 0 } }',
      'sources.edge.sampleRate is 0; allowed: a number from 0.000001 to 1',
    ],
    [
      'a sampling rate that nobody uses',
      'sources: { edge: { sampleRate: 0.0000009 } }',
      'sources.edge.sampleRate is 9e-7; allowed: a number from 0.000001 to 1',
    ],
    [
      'a format of a product that nobody knows',
      "formats: { mine: { apache2: '%>s' } }",
      'formats.mine.apache2 is not a setting; did you mean apache?',
    ],
    [
      'a format without text',
      "formats: { mine: { nginx: '' } }",
      'formats.mine.nginx is ""; allowed: the directive as the gateway has it',
    ],
    [
      'an unknown time zone',
      'sources: { edge: { timezone: Mars/Olympus } }',
      'sources.edge.timezone is "Mars/Olympus"; allowed: an IANA time zone such as Europe/Berlin',
    ],
    [
      'a webhook without http',
      'alert: { webhooks: [{ name: a, url: "file:///etc/passwd", secret: sixteen-letters-or-more }] }',
      'alert.webhooks[0].url is (hidden); allowed: an http or https URL',
    ],
    [
      'a short secret',
      'alert: { webhooks: [{ name: a, url: "https://x.example", secret: hush }] }',
      'alert.webhooks[0].secret is (hidden); allowed: at least 16 characters',
    ],
    [
      'the same key twice',
      'port: 1\nport: 2',
      'STATUSLINE_CONFIG is "statusline.yaml", which is not YAML: Map keys must be unique at line 2, column 1',
    ],
    [
      'broken YAML',
      'port: [1',
      'STATUSLINE_CONFIG is "statusline.yaml", which is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ] at line 1, column 9',
    ],
    [
      'a file that is a list',
      '- 1',
      'STATUSLINE_CONFIG is "statusline.yaml"; allowed: a YAML file with a mapping of settings',
    ],
  ]
  it.each(wrongFiles)('stops at a file with %s', (_, yaml, message) => {
    expect(messageOf(() => fromYaml(yaml))).toBe(message)
  })

  it('names a file that cannot be read', () => {
    expect(messageOf(() => loadConfig({ STATUSLINE_CONFIG: '/none.yaml' }, noFile))).toBe(
      'STATUSLINE_CONFIG is "/none.yaml"; allowed: a readable YAML file (no file was to be read)',
    )
  })

  it('refuses a file that grows when read', () => {
    const bomb = [
      'a: &a [1,1,1,1,1,1,1,1,1]',
      ...Array.from(
        'bcdefgh',
        (name, level) => `${name}: &${name} [${`*${'abcdefgh'[level]},`.repeat(8)}*${'abcdefgh'[level]}]`,
      ),
    ].join('\n')
    expect(messageOf(() => fromYaml(bomb))).toContain('which cannot be read: Excessive alias count')
  })

  it('never prints a secret', () => {
    const config = loadConfig(
      { DATABASE_URL: 'postgresql://u:hush@h/d', STATUSLINE_ADMIN_KEY: 'hush-hush-hush-hush' },
      noFile,
    )
    const prints = [
      JSON.stringify(config),
      inspect(config, { depth: 9 }),
      String(config.adminKey),
      JSON.stringify(describeConfig(config)),
    ]
    expect(prints.filter((print) => print.includes('hush'))).toEqual([])
    expect(config.databaseUrl?.reveal()).toBe('postgresql://u:hush@h/d')
  })

  it('reads the value of NAME from the file that NAME_FILE names, unless NAME itself is set', () => {
    const files: Record<string, string> = { '/run/key': 'from-a-file-0123456789\n' }
    const read = (path: string) => files[path] ?? noFile()
    const env = { STATUSLINE_ADMIN_KEY_FILE: '/run/key' }
    expect(loadConfig(env, read).adminKey?.reveal()).toBe('from-a-file-0123456789')
    const both = { ...env, STATUSLINE_ADMIN_KEY: 'from-the-variable-0123' }
    expect(loadConfig(both, read).adminKey?.reveal()).toBe('from-the-variable-0123')
    expect(messageOf(() => loadConfig({ PORT_FILE: '/run/none' }, read))).toBe(
      'PORT_FILE is "/run/none"; allowed: a readable file (no file was to be read)',
    )
  })

  it('has a sentence for every setting, and a variable of its own', () => {
    const rows = settingRows()
    expect(rows.filter(({ says }) => !/^[A-Z].*\.$/.test(says))).toEqual([])
    expect(new Set(rows.map(({ env }) => env)).size).toBe(rows.length)
  })
})
