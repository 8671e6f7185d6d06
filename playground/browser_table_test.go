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
	s.picture("table-360")
}
