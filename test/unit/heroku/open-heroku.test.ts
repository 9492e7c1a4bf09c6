import {APIClient} from '@heroku-cli/command'
import {Config} from '@oclif/core'
import {afterEach, expect, it, vi} from 'vitest'
import {readAppSettings} from '../../../src/lib/heroku/app-settings.js'
import {openHeroku} from '../../../src/lib/heroku/open-heroku.js'

afterEach(() => vi.restoreAllMocks())

it.each([undefined, 'false'])(
  "credentials are read with the library's reports to its makers switched off, and only then (%s before)",
  async before => {
    vi.stubEnv('DISABLE_TELEMETRY', before)
    try {
      const seen: Array<string | undefined> = []
      vi.spyOn(APIClient.prototype, 'getAuth').mockImplementation(async () => {
        seen.push(process.env.DISABLE_TELEMETRY)
        throw new Error('the keychain is locked')
      })
      const heroku = openHeroku(await Config.load({root: process.cwd()}))
      await expect(readAppSettings(heroku, 'shop')).rejects.toThrow('the keychain is locked')
      expect(seen).toEqual(['true'])
      expect(process.env.DISABLE_TELEMETRY).toBe(before)
    } finally {
      vi.unstubAllEnvs()
    }
  },
)
