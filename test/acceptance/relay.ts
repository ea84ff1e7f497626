import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unpackedPackages } from './unpacked-packages.js'

/** A real log relay on loopback that follows files of a folder and sends what is appended to them. */
export class Relay {
  private child: ChildProcess | null = null

  private constructor(readonly folder: string) {}

  /** `ways`: for each file its ruleset in rsyslog's own words. `globals`: what stands in `global(…)` beside the folder. */
  static async rsyslog(ways: Readonly<Record<string, string>>, globals = ''): Promise<Relay> {
    const relay = await Relay.withFiles(Object.keys(ways))
    const parts = Object.entries(ways).map(([name, action]) => rsyslogWay(relay.fileOf(name), name, action))
    const head = `global(workDirectory="${relay.folder}" ${globals})
module(load="imfile" mode="inotify")
module(load="omelasticsearch")
`
    await writeFile(relay.config, head + parts.join(''))
    relay.run('rsyslogd', ['-n', '-f', relay.config, '-i', join(relay.folder, 'pid')])
    return relay
  }

  /** `ways`: for each file its destination in syslog-ng's own words. */
  static async syslogNg(ways: Readonly<Record<string, string>>): Promise<Relay> {
    const root = unpackedPackages('syslog-ng-core', 'syslog-ng-mod-http')
    const relay = await Relay.withFiles(Object.keys(ways))
    const parts = Object.entries(ways).map(([name, destination]) => syslogNgWay(relay.fileOf(name), destination))
    await writeFile(relay.config, `@version: 3.35\n${parts.join('')}`)
    const modules = join(root, 'usr/lib/syslog-ng')
    const files = ['persist', 'pid', 'control'].map((name) => join(relay.folder, name)) as [string, string, string]
    relay.run(
      join(root, 'usr/sbin/syslog-ng'),
      ['-F', '-f', relay.config, '-R', files[0], '-p', files[1], '-c', files[2], `--module-path=${modules}/3.38`],
      { LD_LIBRARY_PATH: [join(root, 'lib'), join(root, 'usr/lib')].flatMap(foldersIn).join(':') },
    )
    return relay
  }

  fileOf(way: string): string {
    return join(this.folder, `${way}.log`)
  }

  /** What the followed program logs. */
  append(way: string, lines: readonly string[]): Promise<void> {
    return appendFile(this.fileOf(way), lines.map((line) => `${line}\n`).join(''))
  }

  async stop(): Promise<void> {
    const { child } = this
    if (child !== null && child.exitCode === null) {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
    }
    await rm(this.folder, { recursive: true, force: true })
  }

  private get config(): string {
    return join(this.folder, 'relay.conf')
  }

  private static async withFiles(names: readonly string[]): Promise<Relay> {
    const relay = new Relay(await mkdtemp(join(tmpdir(), 'statusline-relay-')))
    for (const name of names) await writeFile(relay.fileOf(name), '')
    return relay
  }

  private run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): void {
    this.child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'inherit', 'inherit'] })
  }
}

/** Libraries lie in folders by the kind of machine. */
function foldersIn(folder: string): string[] {
  const entries = existsSync(folder) ? readdirSync(folder, { withFileTypes: true }) : []
  return entries.filter((one) => one.isDirectory()).map(({ name }) => join(folder, name))
}

const rsyslogWay = (file: string, name: string, action: string) => `
ruleset(name="${name}") { ${action} }
input(type="imfile" file="${file}" tag="nginx:" ruleset="${name}")
`

const syslogNgWay = (file: string, destination: string) => `
log {
  source { file("${file}" flags(no-parse) follow-freq(0.2)); };
  destination { ${destination} };
};
`
