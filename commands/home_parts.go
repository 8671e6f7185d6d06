package commands

import (
	"context"
	"fmt"
	"time"

	"magpie/articles"
	"magpie/cards"
	"magpie/outbox"
	"magpie/schedules"
	"magpie/zones"
)

// HomeReader is somebody whose home is drawn.
type HomeReader struct {
	Who    cards.Person
	Filter string // one of the parts; "": all
}

// How much of each part stands on a home: with others, and alone.
const (
	homeRows      = 5
	homeRowsAlone = 20
	homeFires     = 7
	homeWeek      = 7 * 24 * time.Hour
	homeCounted   = 100 // so many are counted at most
)

// homeShared is what many homes show, read once for all of them.
type homeShared struct {
	underWay []outbox.Request
	stuck    []outbox.Request
	active   []schedules.Schedule
	holds    []cards.Text
}

// Homes are the homes of some readers as everything stands now, one for each: what waits for
// them, what they asked, what is being sent, what fires within a week, what they write, what
// is held or unclear. Each sees of it what sees lets them.
func (b *Book) Homes(ctx context.Context, readers []HomeReader) ([]cards.Home, error) {
	shared, err := b.lists.homeShared(ctx)
	if err != nil {
		return nil, err
	}
	homes := make([]cards.Home, len(readers))
	for i, r := range readers {
		if homes[i], err = b.lists.homeOf(ctx, r, shared); err != nil {
			return nil, fmt.Errorf("draw the home of %s: %w", r.Who.ID, err)
		}
	}
	return homes, nil
}

func (l *lists) homeShared(ctx context.Context) (s homeShared, err error) {
	accounts := l.outbox.Accounts
	if s.underWay, err = l.outbox.UnderWay(ctx, accounts, listed); err != nil {
		return s, err
	}
	if s.stuck, err = l.outbox.Stuck(ctx, accounts, homeCounted); err != nil {
		return s, err
	}
	if s.active, err = l.schedules.Active(ctx, accounts, schedulesListed); err != nil {
		return s, err
	}
	holds, err := l.outbox.Holds(ctx)
	for _, h := range holds {
		s.holds = append(s.holds, l.outbox.HoldText(h))
	}
	return s, err
}

// homeOf draws one home.
func (l *lists) homeOf(ctx context.Context, r HomeReader, shared homeShared) (cards.Home, error) {
	call := l.served.anywhere(Call{Who: r.Who})
	if err := l.sight.sees(ctx, call, origin{open: true}); err != nil {
		return cards.Home{Notes: []cards.Text{cards.T("see.stranger")}}, nil
	}
	home := cards.Home{Filters: homeFilters(r.Filter)}
	rows := homeRows
	if r.Filter != "" {
		rows = homeRowsAlone
	}
	drawn := map[string]func() (cards.Part, bool, error){
		homeWaiting: func() (cards.Part, bool, error) {
			return l.homeRequests(ctx, call, homeWaiting, "waiting-for-me", rows)
		},
		homeMine: func() (cards.Part, bool, error) { return l.homeRequests(ctx, call, homeMine, "mine", rows) },
		homeSending: func() (cards.Part, bool, error) {
			return l.homeSeen(ctx, call, homeSending, shared.underWay, rows)
		},
		homeSchedules: func() (cards.Part, bool, error) { return l.homeFires(ctx, call, shared.active) },
		homeDrafts:    func() (cards.Part, bool, error) { return l.homeDrafts(ctx, call, rows) },
		homeStuck: func() (cards.Part, bool, error) {
			part, partial, err := l.homeSeen(ctx, call, homeStuck, theirs(l.roles, call, shared.stuck), rows)
			if len(shared.holds) > 0 {
				part.Body = lines(shared.holds)
			}
			return part, partial, err
		},
	}
	for _, name := range homeParts {
		if r.Filter != "" && r.Filter != name || name == homeWaiting && !l.mayDecide(r.Who) && r.Filter == "" {
			continue
		}
		part, partial, err := drawn[name]()
		if err != nil {
			return home, err
		}
		if len(part.Rows) == 0 && part.Body.IsZero() {
			if part.Body = cards.T("home." + name + "_none"); r.Filter == "" && (name == homeSending || name == homeStuck) {
				continue // nothing is going on, and nothing is wrong
			}
		}
		home.Parts, home.Partial = append(home.Parts, part), home.Partial || partial
	}
	return home, nil
}

// homeRequests is a part of requests that are somebody's to decide, or their own.
func (l *lists) homeRequests(ctx context.Context, call Call, name, which string, rows int) (part cards.Part, partial bool, err error) {
	part.Title = cards.T("home." + name)
	q, some := l.query(call, which)
	if !some {
		return part, false, nil
	}
	found, err := l.outbox.List(ctx, q, rows+1)
	if err != nil {
		return part, false, err
	}
	if len(found) > rows {
		found = found[:rows]
		count, err := l.outbox.Count(ctx, q, homeCounted)
		if err != nil {
			return part, false, err
		}
		more := cards.T("home.more", "count", count-rows)
		if count == homeCounted {
			more = cards.T("home.many_more", "count", count-rows)
		}
		part.More = cards.Button{Label: more, Line: "requests " + which}
	}
	part.Rows, err = l.homeRows(ctx, call, found)
	return part, false, err
}

// homeSeen is a part of those of some requests that somebody sees.
func (l *lists) homeSeen(ctx context.Context, call Call, name string, all []outbox.Request, rows int) (part cards.Part, partial bool, err error) {
	part.Title = cards.T("home." + name)
	seen, left := visibleOf(ctx, l.sight, call, all, rows, func(r outbox.Request) origin {
		return origin{by: r.By, channel: r.Where.Channel}
	})
	part.Rows, err = l.homeRows(ctx, call, seen)
	return part, left.unknown > 0, err
}

// homeRows are rows of requests, with their bars and what may be done to them.
func (l *lists) homeRows(ctx context.Context, call Call, found []outbox.Request) ([]cards.Row, error) {
	rows, err := l.rowsOf(ctx, call, found)
	for i, r := range found {
		if bar := l.outbox.Bar(r); err == nil && r.Broadcast != nil && !bar.IsZero() {
			rows[i].Text = lines([]cards.Text{rows[i].Text, bar})
		}
		if err == nil {
			for j, button := range rows[i].Buttons {
				rows[i].Buttons[j].Line = l.served.For(r.Account, button.Line)
			}
		}
	}
	return rows, err
}

// theirs are those of some requests that somebody may bring on: their own, and, for who may
// approve, all.
func theirs(roles RoleNames, call Call, all []outbox.Request) []outbox.Request {
	if roles.May(call.Who, outbox.Approver) == nil {
		return all
	}
	var own []outbox.Request
	for _, r := range all {
		if r.By == call.Who.ID {
			own = append(own, r)
		}
	}
	return own
}

// homeFires is what the clock says within a week.
func (l *lists) homeFires(ctx context.Context, call Call, active []schedules.Schedule) (part cards.Part, partial bool, err error) {
	part.Title = cards.T("home." + homeSchedules)
	part.More = cards.Button{Label: cards.T("home.all_schedules"), Line: "schedules"}
	seen, left := visibleOf(ctx, l.sight, call, active, schedulesListed, ofSchedules)
	fires, err := schedules.UpcomingOf(seen, homeCounted, l.now().Add(homeWeek))
	if err != nil {
		return part, false, err
	}
	var rows []cards.Text
	for _, f := range fires[:min(len(fires), homeFires)] {
		zone, err := zones.Load(f.Schedule.Terms.Zone)
		if err != nil {
			return part, false, err
		}
		rows = append(rows, l.served.withTitle(call, f.Schedule.Account, cards.T("answer.upcoming_fire", "name", cards.Code(f.Schedule.Name), "at", schedules.ShownBoth(f.At, zone, call.Who.Zone))))
	}
	if more := len(fires) - homeFires; len(fires) == homeCounted {
		rows = append(rows, cards.T("home.many_more", "count", more))
	} else if more > 0 {
		rows = append(rows, cards.T("home.more", "count", more))
	}
	if len(rows) > 0 {
		part.Body = lines(rows)
	}
	return part, left.unknown > 0, nil
}

// homeDrafts is what somebody has been writing.
func (l *lists) homeDrafts(ctx context.Context, call Call, rows int) (part cards.Part, partial bool, err error) {
	part.Title = cards.T("home." + homeDrafts)
	own, err := l.articles.ArticlesBy(ctx, call.Who.ID, rows)
	if err != nil {
		return part, false, err
	}
	for _, a := range own {
		part.Rows = append(part.Rows, cards.Row{Text: l.articles.Line(ctx, a), Buttons: []cards.Button{{Label: cards.T("home.open_article"), Line: fmt.Sprintf("article show %s", articleName(a))}}})
	}
	return part, false, nil
}

// anywhere is a call that is about all accounts, as a list in no channel is.
func (s *served) anywhere(call Call) Call {
	if call.Account == "" && len(s.accounts) == 1 {
		call.Account = s.accounts[0].AppID() // its rows need not name it
	}
	return call
}

func articleName(a articles.Article) string { return fmt.Sprintf("A%d", a.N) }
