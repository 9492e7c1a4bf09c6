/** A new element. Text from a dump gets into the page only as text. */
export function element(name, className = '', text = '') {
  const made = document.createElement(name)
  if (className !== '') made.className = className
  made.textContent = text
  return made
}

export function button(className, text, onClick) {
  const made = element('button', className, text)
  made.type = 'button'
  made.addEventListener('click', onClick)
  return made
}

export function link(href, text) {
  const made = element('a', '', text)
  made.href = href
  return made
}
