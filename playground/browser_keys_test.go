package playground_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// Tab goes round in a form, Esc closes it; and everything to be pressed or filled in has a
// name that a screen reader says.
func TestAFormKeepsTheKeys(t *testing.T) {
	s := newStage(t)
	s.size(1280, 800)
	s.open()
	named := func(where string) {
		t.Helper()
		s.waits(`every(n => !n.checkVisibility() || n.innerText?.trim() || n.ariaLabel || n.title || [...(n.labels ?? [])].some(l => l.innerText.trim()))`,
			where+` :is(button, input, textarea, select, [role="tab"])`, nil)
	}
	named("body")
	s.say("/wechat subscribe send")
	s.sees(".modal", "Subscription message")
	named(".modal")
	const inside = `.modal [type="submit"]`
	s.waits(`some(n => (n.focus(), document.activeElement === n))`, inside, nil)
	s.do("Tab at the end", chromedp.KeyEvent("\t"))
	s.waits(`some(n => document.activeElement === n)`, `.modal header button`, nil)
	s.do("Esc", chromedp.KeyEvent("\x1b"))
	s.seesNot(".modal")

	t.Log("On a narrow window, both worlds open at what is newest.")
	for range 6 {
		s.say("/wechat activity create")
	}
	s.waits(`some((n, i) => i >= 5)`, ".activity", nil)
	s.size(360, 700)
	s.click(`.panes [data-pane="phone"]`)
	s.waits(`some(n => n.scrollHeight > n.clientHeight && n.scrollHeight - n.scrollTop - n.clientHeight < 2)`, "#feed", nil)
	s.click(`.panes [data-pane="slack"]`)
	s.waits(`some(n => n.scrollHeight > n.clientHeight && n.scrollHeight - n.scrollTop - n.clientHeight < 2)`, "#messages", nil)
}
