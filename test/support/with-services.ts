// Postgres and a bucket for the tests of one file.
import {afterAll, beforeAll} from 'vitest'
import {type Services, startServices} from './services.js'

/** Started before the hooks that follow, stopped after theirs. `use` is given them, for the variables of the file. */
export function withServices(use: (services: Services) => void): void {
  let services: Services | undefined
  beforeAll(async () => {
    services = await startServices()
    use(services)
  })
  afterAll(() => services?.stop())
}
