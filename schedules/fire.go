package schedules

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"magpie/cards"
	"magpie/jobs"
	"magpie/journal"
	"magpie/outbox"
	"magpie/store"
)

// fireArgs name the run that the job is for.
type fireArgs struct {
	Schedule int64 `json:"schedule"`
	At       int64 `json:"at"`
}

// lateFrom is how late a fire is told to be late.
const lateFrom = time.Second

// errNotYet asks the queue to come back: nothing is wrong with the fire itself.
var errNotYet = errors.New("not yet")

// fire says a run's line. The same run said again, after a crash, meets the same
// request by its key.
func (s *Schedules) fire(ctx context.Context, args fireArgs) error {
	select {
	case <-s.started:
	case <-ctx.Done():
		return ctx.Err()
	}
	at := store.Time(args.At)
	run, err := s.run(ctx, s.DB, args.Schedule, at)
	if errors.Is(err, sql.ErrNoRows) {
		return nil // it was not said in time, and another stands for it
	}
	if err != nil || run.State != "firing" {
		return err
	}
	one, err := s.asOf(ctx, args.Schedule, run.Version)
	if err != nil {
		return err
	}
	if err := s.Outbox.Accounts.Must(one.Account); err != nil {
		return err
	}
	done, ok := s.Jobs.Share(jobs.Fires, one.Account)
	if !ok {
		return jobs.Later()
	}
	defer done()
	if one.State == Removed || one.State == Paused && run.Missed == 0 {
		return s.DB.Update(ctx, func(tx *store.Tx) error {
			_, err := s.setRun(ctx, tx, one.ID, at, "firing", "skipped", 0, cards.T("schedule.skipped_paused"))
			return err
		})
	}
	spec, err := one.Terms.Spec()
	if err != nil {
		return err
	}
	if s.Now().Sub(run.due()) > s.grace(spec) {
		return s.giveBack(ctx, one, run)
	}
	line, err := s.lineOf(ctx, one, run)
	if err == nil {
		line.With = s.inTime(one, run, spec)
		line.Once = fmt.Sprintf("schedule:%d:%d", one.ID, args.At)
		switch {
		case run.Missed > 0: // its own instant may have been said ahead, and missed
			line.Once += fmt.Sprintf(":%d", store.Millis(run.Found))
		case run.Request > 0: // or said ahead, and called off
			line.Once += fmt.Sprintf(":after:%d", run.Request)
		}
		line.Note = s.unusual(one, run).With(outbox.NoteSchedule, one.Name)
		n, sayErr := s.say(ctx, line)
		if sayErr == nil && n == 0 {
			sayErr = fmt.Errorf("the line of %s asked for nothing", one.Name)
		}
		if sayErr == nil {
			if s.Fired != nil && run.Who == "" {
				s.Fired(s.Now().Sub(run.due()))
			}
			return nil // inTime has opened the run with its request
		}
		err = sayErr
	}
	var refusal *cards.Refusal
	switch {
	case !errors.As(err, &refusal):
		return fmt.Errorf("fire %s of %s: %w", one.Name, at, err)
	case passes(err): // past the grace it is missed
		return fmt.Errorf("fire %s of %s: %w: %w", one.Name, at, errNotYet, err)
	case journal.NotAccepted(err), cards.IsRefused(err, cards.RolesUnknown):
		return fmt.Errorf("fire %s of %s: %w", one.Name, at, errNotYet)
	}
	return s.refused(ctx, one, run, refusal)
}

// passes reports whether a line was refused for what may be over in a moment, as WeChat
// not answering is.
func passes(err error) bool {
	var p interface{ Passes() bool }
	return errors.As(err, &p) && p.Passes()
}

// inTime opens a run in the transaction of its request, if it is still this fire's to say
// and not too late by now: the process may have slept since it looked.
func (s *Schedules) inTime(one Schedule, run Run, spec Spec) outbox.With {
	return func(ctx context.Context, tx *store.Tx, n int64) error {
		if s.Now().Sub(run.due()) > s.grace(spec) {
			return errNotYet
		}
		if first, err := s.setRun(ctx, tx, one.ID, run.At, "firing", "open", n, cards.Text{}); err != nil || !first {
			return errors.Join(err, errNotYet)
		}
		return s.tellChanged(ctx, tx, one, run.At, n)
	}
}

// asOf is a schedule with the terms that one of its versions has.
func (s *ledger) asOf(ctx context.Context, id, version int64) (Schedule, error) {
	found, err := s.list(ctx, "s.id = $1", id)
	if err != nil || len(found) == 0 {
		return Schedule{}, errors.Join(err, fmt.Errorf("read schedule %d", id))
	}
	one := found[0]
	if one.Version == version {
		return one, nil
	}
	then, err := store.One[struct {
		Terms Terms `db:"terms,json"`
	}](ctx, s.DB, "select terms from schedule_version where n = $1", version)
	if err != nil {
		return one, fmt.Errorf("read version %d of schedule %s: %w", version, one.Name, err)
	}
	one.Version, one.Terms, one.Owner, one.Channel = version, then.Terms, then.Terms.Owner, then.Terms.Channel
	return one, nil
}

// lineOf is what a schedule says at an instant, as its owner, who is looked up now.
func (s *ledger) lineOf(ctx context.Context, one Schedule, run Run) (Line, error) {
	// Its approval stands once the request for it has ended; that is a moment's work.
	state, _, err := s.Outbox.StateOf(ctx, one.Version)
	if err != nil || !state.Ended() {
		return Line{}, errors.Join(err, errNotYet)
	}
	who, known := s.Person(ctx, one.Owner)
	if !known {
		return Line{}, fmt.Errorf("%s is not known yet: %w", one.Owner, errNotYet)
	}
	if err := s.Outbox.Roles.May(who, outbox.Sender); err != nil {
		if cards.IsRefused(err, cards.LacksRole) { // it speaks to whoever presses, or to all
			err = cards.Refuse("fault.role_owner", "who", cards.User(one.Owner)).WithCode(cards.LacksRole)
		}
		return Line{}, err
	}
	spec, err := one.Terms.Spec()
	if err != nil {
		return Line{}, err
	}
	at := run.At
	text, err := Fill(one.Terms.Line, at, spec.Zone)
	if err != nil {
		return Line{}, err
	}
	l := Line{Account: one.Account, Text: text, Who: who, Where: cards.Place{Channel: one.Channel}, Due: at, Grant: one.Version, Granted: one.Terms.Kept}
	if one.Terms.Each {
		l.Grant, l.Until = 0, at
	}
	// What somebody ran or decided to make up for has the hour that any line has.
	if run.Who == "" && run.Missed == 0 {
		l.Grace = run.due().Add(s.grace(spec)).Sub(at)
	}
	// Asked anew or found late, it has until the next fire, an hour at least.
	if now := s.Now(); !l.Until.After(now) {
		l.Until = now.Add(s.Outbox.TTL)
		if next := spec.Next(now.Add(time.Hour)); !next.IsZero() && next.Before(l.Until) {
			l.Until = next
		}
	}
	return l, nil
}

// tellChanged tells a schedule's owner what has changed since it was approved, where the
// request that came of a fire waits for that.
func (s *ledger) tellChanged(ctx context.Context, tx *store.Tx, one Schedule, at time.Time, n int64) error {
	lines, err := s.Outbox.Changed(ctx, tx, n)
	if err != nil || len(lines) == 0 {
		return err
	}
	told := cards.T("schedule.changed", "who", cards.User(one.Owner), "name", cards.Code(one.Name), "at", cards.At{Time: at, Zone: one.Terms.Zone}, "n", n)
	return s.notify(ctx, tx, one, cards.Card{Body: append([]cards.Text{told}, lines...)})
}

// unusual is what people should know of a fire, on its card: that it makes up for some
// that were missed, or how late it is.
func (s *ledger) unusual(one Schedule, run Run) cards.Text {
	name, at, late := cards.Code(one.Name), cards.At{Time: run.At, Zone: one.Terms.Zone}, s.Now().Sub(run.At)
	switch {
	case run.Missed > 0:
		return cards.T("schedule.catch_up", "name", name, "at", at, "count", run.Missed)
	case late > lateFrom && run.Who == "":
		return cards.T("schedule.late", "name", name, "at", at, "late", cards.Span(late.Round(time.Second)))
	}
	if run.Who != "" {
		return cards.T("schedule.by_hand", "name", name, "at", at, "who", cards.User(run.Who))
	}
	return cards.T("schedule.fire", "name", name, "at", at)
}
