// Starts Postgres and a bucket for the tests of one file.
import {afterAll, beforeAll} from 'vitest'
import {type Services, startServices} from './services.js'

/** Starts them before the hooks that follow, and stops them afterwards. `use` stores them in the file's variables. */
export function withServices(use: (services: Services) => void): void {
  let services: Services | undefined
  beforeAll(async () => {
    services = await startServices()
    use(services)
  })
  afterAll(() => services?.stop())
}
