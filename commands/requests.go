package commands

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
	"magpie/zones"
)

type requestsArgs struct {
	Which  *string `arg:"" optional:"" name:"WHICH" enum:"mine,waiting-for-me,today,yesterday,preparing,waiting,approved,sending,paused,done,partly,failed,unclear,stopped,rejected,expired,withdrawn"`
	Before *int64  `name:"before" example:"17"`
}

// listed is how many of a list stand on one page.
const (
	listed         = 20
	requestsListed = 10
)

// requests lists requests, the newest first, page after page.
func requests() *Command {
	return &Command{
		Path:     "requests",
		Role:     outbox.Everyone,
		looks:    true,
		Examples: []string{`requests`, `requests mine`, `requests waiting-for-me`, `requests today`, `requests waiting`},
		grammar:  func() any { return new(requestsArgs) },
		do: func(ctx context.Context, b *Book, call Call, args []any) (Answer, error) {
			a := args[0].(*requestsArgs)
			before := int64(0)
			if a.Before != nil {
				before = *a.Before
			}
			card, err := b.lists.list(ctx, call, orNone(a.Which), before)
			return Answer{Card: card}, err
		},
	}
}

// lists shows requests in rows: in lists of them, and on homes.
type lists struct {
	index     *index
	served    *served
	sight     *sight
	outbox    *outbox.Outbox
	schedules *schedules.Schedules
	articles  *articles.Desk
	roles     RoleNames
	now       func() time.Time
}

// query is which requests a word names, and the state that it is; false where nobody's are.
func (l *lists) query(call Call, which string) (q outbox.Query, some bool) {
	q = outbox.Query{Accounts: accountsOf(l.outbox, call)}
	switch which {
	case "mine":
		q.By = call.Who.ID
	case "waiting-for-me":
		q.WaitsFor = call.Who.ID
		return q, l.mayDecide(call.Who)
	case "today":
		q.From, _ = l.day(call, 0)
	case "yesterday":
		q.From, q.Until = l.day(call, -1)
	default:
		q.State = outbox.State(which)
	}
	return q, true
}

// mayDecide reports whether there are requests that somebody may approve.
func (l *lists) mayDecide(who cards.Person) bool {
	return l.roles.May(who, outbox.Approver) == nil || l.outbox.HasVoice(who)
}

// day is from when to when a day lasts where somebody is: so many after today.
func (l *lists) day(call Call, after int) (from, until time.Time) {
	zone := l.schedules.Zone
	if theirs, err := zones.Load(call.Who.Zone); err == nil && call.Who.Zone != "" {
		zone = theirs
	}
	now := l.now().In(zone)
	day := func(n int) time.Time { return time.Date(now.Year(), now.Month(), now.Day()+n, 0, 0, 0, 0, zone) }
	return day(after), day(after + 1)
}

// list is a page of requests.
func (l *lists) list(ctx context.Context, call Call, which string, before int64) (cards.Card, error) {
	card := cards.Card{Title: listTitle(which)}
	q, some := l.query(call, which)
	q.Before = before
	var found []outbox.Request
	if some {
		var err error
		if found, err = l.outbox.List(ctx, q, 5*requestsListed); err != nil {
			return card, err
		}
	}
	seen, left := visibleOf(ctx, l.sight, call, found, requestsListed, func(r outbox.Request) origin {
		return origin{request: r.N, by: r.By, channel: r.Where.Channel}
	})
	if len(seen) == 0 {
		card.Body = []cards.Text{cards.T("answer.requests_none")}
	}
	var err error
	if card.Rows, err = l.rowsOf(ctx, call, seen); err != nil {
		return card, err
	}
	if last := lastLooked(found, seen); last > 0 {
		line := fmt.Sprintf("requests before=%d", last)
		if which != "" {
			line = fmt.Sprintf("requests %s before=%d", which, last)
		}
		if call.named != "" {
			line = withAccount(line, l.served.accounts.Of(call.named).Name)
		}
		card.Buttons = []cards.Button{{Label: cards.T("answer.requests_older"), Line: line}}
	}
	card.Notes = append(card.Notes, left.notes()...)
	if len(seen) > 0 {
		card.Columns = requestColumns()
		card.Notes = append(card.Notes, cards.T("answer.requests_show", "line", cards.Code(l.index.said("show "+strconv.FormatInt(seen[0].N, 10)))))
	}
	if q.By == "" && q.WaitsFor == "" && q.From.IsZero() {
		elsewhere, more, err := l.outbox.Elsewhere(ctx, l.outbox.Accounts, q.State)
		switch {
		case err != nil:
			return card, err
		case more:
			card.Notes = append(card.Notes, cards.T("answer.requests_elsewhere_many", "count", elsewhere))
		case elsewhere > 0:
			card.Notes = append(card.Notes, cards.T("answer.requests_elsewhere", "count", elsewhere))
		}
	}
	return l.underHold(ctx, card)
}

// lastLooked is the number below which a list goes on; 0 where this is the end of it.
func lastLooked(found, seen []outbox.Request) int64 {
	switch {
	case len(seen) == requestsListed && found[len(found)-1].N != seen[len(seen)-1].N:
		return seen[len(seen)-1].N
	case len(found) == 5*requestsListed:
		return found[len(found)-1].N
	}
	return 0
}

func listTitle(which string) cards.Text {
	switch which {
	case "":
		return cards.T("answer.requests")
	case "mine":
		return cards.T("answer.requests_mine")
	case "waiting-for-me":
		return cards.T("answer.requests_waiting")
	case "today":
		return cards.T("answer.requests_today")
	case "yesterday":
		return cards.T("answer.requests_yesterday")
	}
	return cards.T("answer.requests_state", "state", cards.T("now."+which))
}

// underHold has a list begin with what is held.
func (l *lists) underHold(ctx context.Context, card cards.Card) (cards.Card, error) {
	holds, err := l.outbox.Holds(ctx)
	for _, h := range slices.Backward(holds) {
		card.Body = append([]cards.Text{l.outbox.HoldText(h)}, card.Body...)
	}
	return card, err
}
