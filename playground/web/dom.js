// Elements are made here and nowhere else. What people and bots say only ever becomes
// text: there is no way from a string to markup.

// h makes an element. on… attributes are listeners, data is the data-… attributes;
// children are nodes or text, null and false are left out.
export function h(tag, attrs = {}, ...children) {
  const node = document.createElement(tag)
  for (const [name, value] of Object.entries(attrs)) {
    if (value === undefined || value === null || value === false) continue
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value)
    else if (name === 'data') Object.assign(node.dataset, value)
    else if (name === 'color') node.style.setProperty('--color', value)
    else if (name === 'value') node.value = value
    else node.setAttribute(name, value === true ? '' : value)
  }
  node.append(...children.flat(9).filter(c => c !== null && c !== undefined && c !== false))
  return node
}

// link is an address to follow, where it is one that a browser may be sent to.
export function link(address, ...children) {
  if (!/^(https?:\/\/|mailto:)/i.test(address)) return h('span', {}, ...children)
  return h('a', { href: address, target: '_blank', rel: 'noreferrer noopener' }, ...children)
}

const drawn = new WeakMap()

// keep draws items ({key, sig, make, update}) into parent and leaves every node alone
// whose sig has not changed: what is open, focused or just being pressed stays so.
// update, where there is one, puts into the node what changes often.
export function keep(parent, items) {
  const before = drawn.get(parent) ?? new Map()
  const after = new Map()
  for (const { key, sig, make, update } of items) {
    const old = before.get(key)
    const kept = old && old.sig === sig ? old : { sig, node: make() }
    update?.(kept.node)
    after.set(key, kept)
  }
  drawn.set(parent, after)
  for (const [key, old] of before) if (after.get(key) !== old) old.node.remove()
  let at = parent.firstChild
  for (const { node } of after.values()) {
    if (node === at) at = at.nextSibling
    else parent.insertBefore(node, at)
  }
}

// Whoever is so many pixels from the end of a list still follows it: as far as from the
// buttons of a card to the end of its small print.
const near = 160

// atEnd keeps a list that is scrolled to its end there, while change redraws it.
export function atEnd(list, always, change) {
  const end = always || list.scrollHeight - list.scrollTop - list.clientHeight < near
  change()
  if (end) list.scrollTop = list.scrollHeight
}

// stayAtEnd has a list that is scrolled to its end stay there when its size changes.
export function stayAtEnd(list) {
  let end = true
  let height = list.clientHeight
  // A scroll that is told after the size has changed, and before that is told, is nobody's.
  list.addEventListener('scroll', () => {
    if (list.clientHeight === height) end = list.scrollHeight - list.scrollTop - list.clientHeight < near
  })
  list.addEventListener('load', () => { if (end) list.scrollTop = list.scrollHeight }, true) // a picture has its height then
  new ResizeObserver(() => {
    height = list.clientHeight
    if (end) list.scrollTop = list.scrollHeight
  }).observe(list)
}

// badge puts a small count at the end of node, none where said is empty.
export function badge(node, said) {
  const old = node.querySelector(':scope > .badge')
  if (old) old.textContent = said
  else if (said) node.append(h('i', { class: 'badge' }, said))
  if (old && !said) old.remove()
}
