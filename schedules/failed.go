package schedules

import (
	"context"
	"fmt"
	"slices"

	"magpie/cards"
	"magpie/store"
	"magpie/zones"
)

// failuresMost fires that fail in a row pause a schedule.
const failuresMost = 3

// refused ends a run whose line was refused. Where the owner may not say it any more,
// the schedule is paused.
func (s *Schedules) refused(ctx context.Context, one Schedule, run Run, why *cards.Refusal) error {
	return s.DB.Update(ctx, func(tx *store.Tx) error {
		first, err := s.setRun(ctx, tx, one.ID, run.At, "firing", "failed", 0, why.Text)
		if err != nil || !first {
			return err
		}
		if cards.IsRefused(why, cards.LacksRole, cards.HasLeft) { // that a group was never loaded says nothing about anybody
			key := "schedule.paused_role"
			if why.Code == cards.HasLeft {
				key = "schedule.paused_gone"
			}
			return s.pauseFor(ctx, tx, one, cards.T(key, "name", cards.Code(one.Name), "who", cards.User(one.Owner), "line", cards.Code("schedule edit "+one.Name)))
		}
		return s.failed(ctx, tx, one, run, why.Text, why.Buttons...)
	})
}

// failed tells that a fire failed; the third in a row pauses its schedule. Where a press would
// clear the way, its owner is asked for it.
func (s *Schedules) failed(ctx context.Context, tx *store.Tx, one Schedule, run Run, why cards.Text, ways ...cards.Button) error {
	zone, err := zones.Load(one.Terms.Zone)
	if err != nil {
		return err
	}
	card := cards.Card{
		Body: []cards.Text{cards.T("schedule.failed", "name", cards.Code(one.Name), "at", run.At, "local", Shown(run.At, zone), "why", why)},
		Buttons: []cards.Button{{
			Label: cards.T("schedule.run_again"), Line: fmt.Sprintf("schedule run %s at=%d", one.Name, store.Millis(run.At)), Style: "primary",
		}},
	}
	if len(ways) > 0 {
		card.Body = append(card.Body, cards.T("schedule.failed_way", "who", cards.User(one.Owner)))
		card.Account, card.Buttons = one.Account, append(slices.Clone(ways), card.Buttons...)
	}
	if run.Who != "" {
		return s.notify(ctx, tx, one, card)
	}
	if err := s.notify(ctx, tx, one, card); err != nil {
		return err
	}
	var failures int
	err = tx.QueryRow(ctx, "update schedule set failures = failures + 1 where id = $1 returning failures", one.ID).Scan(&failures)
	if err != nil || failures < failuresMost {
		return err
	}
	return s.pauseFor(ctx, tx, one, cards.T("schedule.paused_failures", "name", cards.Code(one.Name), "who", cards.User(one.Owner), "count", failures, "line", cards.Code("schedule resume "+one.Name)))
}

// pauseFor pauses a schedule by magpie itself and tells why.
func (s *Schedules) pauseFor(ctx context.Context, tx *store.Tx, one Schedule, why cards.Text) error {
	paused, err := tx.Exec(ctx, "update schedule set state = 'paused', next_at = 0, wake_at = 0, held = 0 where id = $1 and state = 'active'", one.ID)
	if err != nil {
		return err
	}
	if paused == 1 {
		if err := s.note(ctx, tx, one.ID, "", "paused"); err != nil {
			return err
		}
		if err := s.Outbox.Redraw(ctx, tx, one.Version); err != nil {
			return err
		}
	}
	return s.notify(ctx, tx, one, cards.Card{Body: []cards.Text{why}})
}
