// The colour scheme: the system's, or what the button chose, which is kept for this tab only. Browsers may deny
// storage to local files.
const KEY = 'heapdump-theme'

function remembered(value) {
  try {
    if (value) sessionStorage.setItem(KEY, value)
    return sessionStorage.getItem(KEY)
  } catch {
    return null
  }
}

export function startTheme() {
  const {dataset} = document.documentElement
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const known = remembered()
  if (known) dataset.theme = known
  document.querySelector('.theme').addEventListener('click', () => {
    const now = dataset.theme || (dark.matches ? 'dark' : 'light')
    dataset.theme = now === 'dark' ? 'light' : 'dark'
    remembered(dataset.theme)
  })
}
