package playground_test

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// A list is a table on the page, and what is wider than a phone scrolls within it.
func TestAListIsATableOnThePage(t *testing.T) {
	s := newStage(t)
	s.size(1440, 900)
	s.open()
	s.say(`/wechat subscribe send tpl_tea to=oAlice thing1="Tea" time2="15:00"`)
	s.sees(".ephemeral", "#1 waits for approval")
	s.be("U2BOB")
	s.say("/wechat requests")
	s.sees(".b-table th", "Asked by")
	s.sees(".b-table td", "#1")
	s.sees(".b-table td", "@")
	s.picture("table-1440")
	s.size(360, 740)
	s.sees(".b-table td", "#1")
	s.do("scroll", chromedp.ScrollIntoView(css(".b-table")))
	s.seesOneLine(".b-table th")
	s.picture("table-360")
	s.fitsAcross("#messages")
	// The picture of an article's cover is wider than what a phone has beside a person's picture.
	s.say("/wechat article draft Spring tea")
	s.seesPicture(".message img:not(.avatar)")
	s.fitsAcross("#messages")
	s.picture("cover-360")
}

// seesOneLine waits until the words of each stand on one line.
func (s *stage) seesOneLine(selector string) {
	s.t.Helper()
	s.waits(`every(n => n.getBoundingClientRect().height < 45)`, selector, nil)
}

// fitsAcross waits until nothing of something has to be scrolled to sideways.
func (s *stage) fitsAcross(selector string) {
	s.t.Helper()
	s.waits(`every(n => n.scrollWidth === n.clientWidth)`, selector, nil)
}
