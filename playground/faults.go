package playground

import (
	"context"
	"fmt"
	"sync"
	"time"

	"magpie/wechat/wechattest"
)

// switches are those of the troubles that last until they are switched off. The
// others are orders for a number of calls, and those whom they are for keep count.
type switches struct {
	mu   sync.Mutex
	set  switched
	back *time.Timer // brings Slack back
}

type switched struct {
	Slow        bool `json:"slow"`
	Down        bool `json:"down"`
	Uncertified bool `json:"uncertified"`
	Away        bool `json:"slack_away"`
	WriterSlow  bool `json:"writer_slow"`
}

// stop has nothing more come of the switches.
func (s *switches) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.back != nil {
		s.back.Stop()
	}
}

func (s *switches) now() switched {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.set
}

// order is a trouble asked for on the page.
type order struct {
	Kind  string `json:"kind"`
	Calls int    `json:"calls"` // how many calls it is for; 0 takes it back
	On    bool   `json:"on"`    // of a switch
}

// slowBy is longer than a person waits for Slack and shorter than the bot waits for
// WeChat.
const slowBy = 4 * time.Second

// order makes WeChat misbehave, or behave again, for all accounts; or Slack; or the writer.
func (w *World) order(_ context.Context, o order) error {
	if o.Calls < 0 || o.Calls > 1000 {
		return fmt.Errorf("%d calls: 0 to 1000 are possible", o.Calls)
	}
	w.switches.mu.Lock()
	defer w.switches.mu.Unlock()
	if w.orderSlack(o) || w.orderWriter(o) {
		return nil
	}
	set := &w.switches.set
	// Those for a number of calls are counted for all accounts together.
	next := w.accounts[0].wechat
	switch o.Kind {
	case "busy":
		next.Busy(o.Calls)
	case "drop_before":
		next.DropBefore(o.Calls)
	case "drop_after":
		next.DropAfter(o.Calls)
	case "garbage":
		next.Garbage(o.Calls)
	case "http_error":
		next.HTTPError(o.Calls, 502)
	case "cut_body":
		next.CutBody(o.Calls)
	case "slow":
		set.Slow = o.On
		w.eachWeChat(func(s *wechattest.Server) { s.Slow(map[bool]time.Duration{true: slowBy}[o.On]) })
	case "down":
		set.Down = o.On
		w.eachWeChat(func(s *wechattest.Server) { s.Down(o.On) })
	case "uncertified":
		set.Uncertified = o.On
		w.eachWeChat(func(s *wechattest.Server) { s.Certified(!o.On) })
	case "expire_tokens":
		w.eachWeChat((*wechattest.Server).ExpireTokens)
	case "clear":
		w.sendAway(false)
		w.slack.Heal()
		w.writer.Clear()
		*set = switched{}
		w.eachWeChat(func(s *wechattest.Server) {
			s.Certified(true)
			s.Clear()
		})
	default:
		return fmt.Errorf("there is no trouble %q", o.Kind)
	}
	return nil
}
