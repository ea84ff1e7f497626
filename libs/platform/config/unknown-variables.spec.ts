import { unknownVariables } from './unknown-variables.js'

describe('unknownVariables', () => {
  it('names the nearest for one that nobody reads, and is silent about the others', () => {
    expect(
      unknownVariables({
        STATUSLINE_LIMITS_BODY_BYTE: '1',
        STATUSLINE_ADMIN_KEY_FILE: '/run/key',
        STATUSLINE_CONFIG: 'a.yaml',
        STATUSLINE_URL: 'http://localhost:8080',
        STATUSLINE_ROLE: 'all',
        PATH: '/bin',
      }),
    ).toEqual(['STATUSLINE_LIMITS_BODY_BYTE is not a setting; did you mean STATUSLINE_LIMITS_BODY_BYTES?'])
  })
})
