import { unknownVariables } from './unknown-variables.js'

describe('unknownVariables', () => {
  it('names one that nobody reads, with what is near, and is silent about the others', () => {
    expect(
      unknownVariables({
        STATUSLINE_LIMITS_BODY_BYTE: '1',
        STATUSLINE_ADMIN_KEY_FILE: '/run/key',
        STATUSLINE_CONFIG: 'a.yaml',
        STATUSLINE_URL: 'http://localhost:8080',
        STATUSLINE_ROLE: 'all',
        STATUSLINE_FOO: '1',
        PATH: '/bin',
      }),
    ).toEqual([
      'STATUSLINE_LIMITS_BODY_BYTE is not a setting; did you mean STATUSLINE_LIMITS_BODY_BYTES?',
      'STATUSLINE_FOO is not a setting',
    ])
  })
})
