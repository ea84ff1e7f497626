import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const DEPLOY = new URL('../../deploy/', import.meta.url).pathname
const CONFIG = join(DEPLOY, 'alertmanager/alertmanager.yml')

const alerts = [
  ...readFileSync(join(DEPLOY, 'prometheus/rules/statusline.yml'), 'utf8').matchAll(/^ +- alert: (\w+)$/gm),
].map(([, name]) => name ?? '')

function amtool(...args: string[]): { status: number | null; said: string } {
  const { status, stdout } = spawnSync('amtool', args, { encoding: 'utf8' })
  return { status, said: stdout }
}

describe('the configuration of Alertmanager that comes along', () => {
  it('is one that Alertmanager takes', () => {
    expect(amtool('check-config', CONFIG)).toMatchObject({ status: 0, said: expect.stringContaining('SUCCESS') })
  })

  it('leads every alert of our rules to a receiver', () => {
    expect(alerts.length).toBeGreaterThan(0)
    for (const name of alerts) {
      const routed = amtool('config', 'routes', 'test', `--config.file=${CONFIG}`, `alertname=${name}`)
      expect({ name, ...routed }).toEqual({ name, status: 0, said: 'nobody\n' })
    }
  })

  it('names alerts that there are where it holds some back', () => {
    const named = [...readFileSync(CONFIG, 'utf8').matchAll(/alertname =~? "?([\w.*]+)/g)].map(
      ([, words]) => words ?? '',
    )
    expect(named).toEqual(['StatuslineDown', 'Gateway.*'])
    for (const words of named) expect(alerts.filter((name) => new RegExp(`^${words}$`).test(name))).not.toEqual([])
  })
})
