// The apps that the soak dumps.
import {execFileSync} from 'node:child_process'
import {fileURLToPath} from 'node:url'

export type SoakSubject = {
  /** The app's directory, which is copied, compiled and started. */
  readonly source: string
  readonly vars: Readonly<Record<string, string>>
  /** Its pages, with the requests per second for each. */
  readonly visits: ReadonlyArray<{readonly path: string; readonly perSecond: number}>
  /** Fills the database of one app. */
  readonly prepare?: (databaseUrl: string) => void
}

const rails: SoakSubject = {
  source: 'test/support/ruby/rails',
  vars: {BALLAST_ROWS: '150000', RAILS_ENV: 'production'},
  visits: [
    {path: '/shelf', perSecond: 5},
    {path: '/export', perSecond: 0.25},
  ],
}

const redmine: SoakSubject = {
  prepare(databaseUrl) {
    const env = {...process.env, DATABASE_URL: databaseUrl, RAILS_ENV: 'production', REDMINE_LANG: 'en'}
    const seed = fileURLToPath(new URL('redmine/seed.rb', import.meta.url))
    for (const task of [['db:migrate'], ['redmine:load_default_data'], ['runner', seed]]) {
      execFileSync('ruby', ['-C', '/usr/share/redmine', 'bin/rails', ...task], {
        env,
        stdio: ['ignore', 'ignore', 'inherit'],
      })
    }
  },
  source: 'bench/agent/redmine',
  vars: {RAILS_ENV: 'production'},
  visits: [
    {path: '/projects/shop/issues', perSecond: 1},
    {path: '/issues/7', perSecond: 1},
  ],
}

const SUBJECTS: Readonly<Record<string, SoakSubject>> = {rails, redmine}

/** `name`: from HEAPDUMP_SOAK_APP. */
export function soakSubject(name = 'rails'): SoakSubject {
  const subject = SUBJECTS[name]
  if (!subject) throw new Error(`HEAPDUMP_SOAK_APP must be ${Object.keys(SUBJECTS).join(' or ')}`)
  return subject
}
