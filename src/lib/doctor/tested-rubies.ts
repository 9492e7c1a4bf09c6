// Which Rubies the agent has run on: docs/rubies.md has the runs, and a test compares.

export const TESTED_RUBIES: readonly string[] = ['2.7', '3.1', '3.3', '3.4']

/** `Ruby 3.3.8`, or `Ruby 4.0.1 (the agent was never tested on 4.0)`. */
export function rubyInWords(version: string): string {
  const minor = version.split('.').slice(0, 2).join('.')
  return TESTED_RUBIES.includes(minor) ? `Ruby ${version}` : `Ruby ${version} (the agent was never tested on ${minor})`
}
