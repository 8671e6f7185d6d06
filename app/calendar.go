package app

import (
	"context"
	"time"

	"magpie/playground"
	"magpie/schedules"
)

// What the playground's calendar reads at most: for looking at, not for keeping.
const (
	shownSchedules = 200
	shownRuns      = 100  // of each schedule
	shownUpcoming  = 1000 // of all
)

// calendar tells the playground of the fires between two instants: those that were,
// those to come, and those that would come once their schedule is approved.
func (h *house) calendar(ctx context.Context, from, to time.Time) ([]playground.Fire, error) {
	var fires []playground.Fire
	add := func(of schedules.Schedule, at time.Time, state string) {
		if at.Before(from) || at.After(to) {
			return
		}
		line := of.Terms.Line
		if zone, err := schedules.ParseZone(of.Terms.Zone); err == nil {
			if filled, err := schedules.Fill(line, at, zone); err == nil {
				line = filled
			}
		}
		fires = append(fires, playground.Fire{Account: h.accounts.Of(of.Account).Title, Name: of.Name, At: at, Line: line, State: state})
	}
	all, err := h.schedules.List(ctx, h.outbox.Accounts, shownSchedules)
	if err != nil {
		return nil, err
	}
	for _, one := range all {
		runs, err := h.schedules.Runs(ctx, one.ID, shownRuns)
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			state := run.State
			if run.At.After(h.now()) { // approve=each: its request is there before it is due
				state = playground.Ahead
			}
			add(one, run.At, state)
		}
		if spec, err := one.Terms.Spec(); err == nil && one.State == schedules.Waiting {
			for _, at := range spec.Fires(h.now(), 31) {
				add(one, at, playground.Waiting)
			}
		}
	}
	upcoming, err := h.schedules.Upcoming(ctx, h.outbox.Accounts, shownUpcoming, to)
	for _, f := range upcoming {
		add(f.Schedule, f.At, playground.Upcoming)
	}
	return fires, err
}
