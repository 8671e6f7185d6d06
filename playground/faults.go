package playground

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// switches are those of WeChat's troubles that last until they are switched off. The
// others are orders for a number of calls, and WeChat keeps count of them.
type switches struct {
	mu  sync.Mutex
	set switched
}

type switched struct {
	Slow        bool `json:"slow"`
	Down        bool `json:"down"`
	Uncertified bool `json:"uncertified"`
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

// order makes WeChat misbehave, or behave again.
func (w *World) order(_ context.Context, o order) error {
	if o.Calls < 0 || o.Calls > 1000 {
		return fmt.Errorf("%d calls: 0 to 1000 are possible", o.Calls)
	}
	w.switches.mu.Lock()
	defer w.switches.mu.Unlock()
	set := &w.switches.set
	switch o.Kind {
	case "busy":
		w.wechat.Busy(o.Calls)
	case "drop_before":
		w.wechat.DropBefore(o.Calls)
	case "drop_after":
		w.wechat.DropAfter(o.Calls)
	case "garbage":
		w.wechat.Garbage(o.Calls)
	case "http_error":
		w.wechat.HTTPError(o.Calls, 502)
	case "cut_body":
		w.wechat.CutBody(o.Calls)
	case "slow":
		set.Slow = o.On
		w.wechat.Slow(map[bool]time.Duration{true: slowBy}[o.On])
	case "down":
		set.Down = o.On
		w.wechat.Down(o.On)
	case "uncertified":
		set.Uncertified = o.On
		w.wechat.Certified(!o.On)
	case "expire_tokens":
		w.wechat.ExpireTokens()
	case "clear":
		*set = switched{}
		w.wechat.Certified(true)
		w.wechat.Clear()
	default:
		return fmt.Errorf("there is no trouble %q", o.Kind)
	}
	return nil
}
