import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate with its key, PEM, as text and as files. */
export interface IssuedCertificate {
  readonly cert: string
  readonly key: string
  readonly certFile: string
  readonly keyFile: string
}

const DAY_MS = 86_400_000

/** An authority of a test's own in a folder of its own, which issues certificates for localhost that are valid for a day. */
export class TestAuthority {
  readonly folder = mkdtempSync(join(tmpdir(), 'statusline-tls-'))
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  private readonly ownName = commonName('test authority')
  /** Its own certificate. */
  readonly ca = this.write(
    'ca',
    this.certificate(this.ownName, this.keys.publicKey, IS_AUTHORITY),
    this.keys.privateKey,
  )

  issue(name: string): IssuedCertificate {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    return this.write(name, this.certificate(commonName(name), publicKey, FOR_LOCALHOST), privateKey)
  }

  /** Removes the folder. */
  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** RFC 5280. */
  private certificate(subject: Buffer, key: KeyObject, extension: Buffer): Buffer {
    const serial = der(0x02, Buffer.from([0x01]), randomBytes(8))
    const valid = sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS))
    const about = [this.ownName, valid, subject, key.export({ type: 'spki', format: 'der' })]
    const version = der(0xa0, der(0x02, Buffer.from([2])))
    const signed = sequence(version, serial, ECDSA_SHA256, ...about, der(0xa3, sequence(extension)))
    const signature = sign('sha256', signed, this.keys.privateKey)
    return sequence(signed, ECDSA_SHA256, der(0x03, Buffer.from([0]), signature))
  }

  private write(name: string, certificate: Buffer, privateKey: KeyObject): IssuedCertificate {
    const base64 = certificate.toString('base64').replaceAll(/.{64}/g, '$&\n')
    const cert = `-----BEGIN CERTIFICATE-----\n${base64}\n-----END CERTIFICATE-----\n`
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const [certFile, keyFile] = [join(this.folder, `${name}.pem`), join(this.folder, `${name}.key`)]
    writeFileSync(certFile, cert)
    writeFileSync(keyFile, key)
    return { cert, key, certFile, keyFile }
  }
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts)
  const { length } = body
  const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(head), body])
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(0x30, ...parts)
}

/** An object identifier by the bytes of its parts. */
const oid = (...bytes: number[]): Buffer => der(0x06, Buffer.from(bytes))

const ECDSA_SHA256 = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
const TRUE = der(0x01, Buffer.from([0xff]))
const IS_AUTHORITY = sequence(oid(0x55, 0x1d, 0x13), TRUE, der(0x04, sequence(TRUE)))
const FOR_LOCALHOST = sequence(
  oid(0x55, 0x1d, 0x11),
  der(0x04, sequence(der(0x87, Buffer.from([127, 0, 0, 1])), der(0x82, Buffer.from('localhost')))),
)

function commonName(name: string): Buffer {
  return sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(name)))))
}

function utcTime(ms: number): Buffer {
  return der(0x17, Buffer.from(`${new Date(ms).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)}Z`))
}
