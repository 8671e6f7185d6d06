package playground_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// The keys stay in a form, and where one was is where one is when it has closed.
func TestAFormGivesTheFocusBack(t *testing.T) {
	s := newStage(t)
	s.size(1280, 800)
	s.open()
	const box = "#box"
	focused := `some(n => n === document.activeElement)`
	for name, close := range map[string]func(){
		"Esc":    func() { s.do("Esc", chromedp.KeyEvent("\x1b")) },
		"Cancel": func() { s.click(`.modal footer button[type="button"]`) },
	} {
		t.Log(name)
		s.do("type", chromedp.SendKeys(css(box), "/wechat subscribe send\r"))
		s.sees(".modal", "Subscription message")
		s.waits(`some(n => n.contains(document.activeElement))`, ".modal", nil)
		for range 14 { // round and round
			s.do("Tab", chromedp.KeyEvent("\t"))
		}
		s.waits(`some(n => n.contains(document.activeElement))`, ".modal", nil)
		close()
		s.seesNot(".modal")
		s.waits(focused, box, nil)
	}
}

// On a phone the troubles can be reached and scrolled, and messages are followed while the
// other pane is looked at.
func TestTheTroublesOnANarrowPage(t *testing.T) {
	s := newStage(t)
	s.size(360, 700)
	s.open()
	s.click(`.panes [data-pane="phone"]`)
	s.click(`[data-tab="calls"]`)
	s.click(`[data-tab="troubles"]`)
	s.click(`[data-fault="set_two"]`) // the last row: it is scrolled to
	s.sees(`[data-fault="set_two"][aria-pressed="true"]`)
	s.sees(`.bot[data-bots="2"]`, "bot connected")
	s.fitsAcross("#troubles")
	s.click(`[data-fault="set_two"]`)
	s.sees(`.bot[data-bots="3"]`, "bot connected")

	s.click(`.panes [data-pane="slack"]`)
	for range 4 {
		s.say("/wechat help all")
	}
	s.waits(`some((n, i) => i >= 3)`, "#messages .ephemeral", nil)
	const atEnd = `some(n => n.scrollHeight > n.clientHeight && n.scrollHeight - n.scrollTop - n.clientHeight < 2)`
	s.waits(atEnd, "#messages", nil)
	s.say("/wechat activity create")
	s.click(`.panes [data-pane="phone"]`)
	s.sees(".activity", "Created")
	s.click(`.panes [data-pane="slack"]`)
	s.waits(atEnd, "#messages", nil)
}
