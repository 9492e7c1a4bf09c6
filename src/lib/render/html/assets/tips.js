// The meaning of a word, shown beside it while the pointer or the focus is there.
import {element} from './element.js'

const GAP = 6

export function startTips() {
  const tip = element('div', 'tip')
  tip.id = 'tip'
  tip.setAttribute('role', 'tooltip')
  tip.hidden = true
  document.body.append(tip)
  const show = event => {
    const target = event.target.closest?.('[data-tip]')
    tip.hidden = !target
    if (!target) return
    tip.textContent = target.dataset.tip
    target.setAttribute('aria-describedby', tip.id)
    const {bottom, left, top} = target.getBoundingClientRect()
    const below = bottom + GAP + tip.offsetHeight <= innerHeight
    tip.style.left = `${Math.max(GAP, Math.min(left, document.documentElement.clientWidth - tip.offsetWidth - GAP))}px`
    tip.style.top = `${below ? bottom + GAP : top - GAP - tip.offsetHeight}px`
  }
  const hide = () => (tip.hidden = true)
  for (const event of ['focusin', 'mouseover']) document.addEventListener(event, show)
  document.addEventListener('focusout', hide)
  document.addEventListener('keydown', ({key}) => key === 'Escape' && hide())
  addEventListener('scroll', hide, {passive: true})
}
