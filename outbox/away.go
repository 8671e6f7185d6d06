package outbox

import (
	"context"
	"slices"
	"time"

	"magpie/cards"
	"magpie/journal"
	"magpie/store"
)

// Absence is that an approver is away, and who stands in for their approvals: never for
// requests of either, nor where the absent has approved themselves.
type Absence struct {
	Who     string    `db:"who"` // Slack user ids
	StandIn string    `db:"stand_in"`
	Since   time.Time `db:"since"`
	Until   time.Time `db:"until"`
}

// subject is what the record calls somebody's absence.
func (a Absence) subject() string { return "away " + a.Who }

// last is the last minute of it, which people are told: the end of friday is no saturday.
func (a Absence) last() time.Time { return a.Until.Add(-time.Minute) }

// StandIn has somebody stand in for whoever presses, until an instant; what was said before
// falls. Both are told, and it is on record.
//
// An approver's, or of who is in a set. Refuses without a code somebody for themselves, and who
// is not among APPROVERS or ADMINS; with cards.RolesUnknown where nobody can tell.
func (o *voices) StandIn(ctx context.Context, p Press, standIn string, until time.Time) (Said, error) {
	a := Absence{Who: p.Who.ID, StandIn: standIn, Since: o.Now(), Until: until}
	return o.accept(ctx, p.Once, act{verb: "away", who: p.Who.ID}, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		if err := o.mayBeAway(p.Who); err != nil {
			return Said{}, err
		}
		if standIn == p.Who.ID {
			return Said{}, cards.Refuse("fault.away_self")
		}
		if err := o.Roles.May(cards.Person{ID: standIn}, Approver); isUnknown(err) {
			return Said{}, err
		} else if err != nil {
			return Said{}, cards.Refuse("fault.away_stand_in", "who", cards.User(standIn), "may", o.mentions())
		}
		entry.subject, entry.note = a.subject(), cards.T("act.away", "who", cards.User(standIn), "at", a.last())
		was, err := absences(ctx, tx, "who = $1", p.Who.ID)
		if err != nil {
			return Said{}, err
		}
		if _, err := tx.Exec(ctx, `insert into absence (who, stand_in, since, until) values ($1, $2, $3, $4)
			on conflict (who) do update set stand_in = excluded.stand_in, since = excluded.since, until = excluded.until`, a.Who, a.StandIn, store.Millis(a.Since), store.Millis(a.Until)); err != nil {
			return Said{}, err
		}
		for _, before := range was {
			if before.StandIn != standIn {
				if err := o.tellPerson(ctx, tx, before.StandIn, cards.T("away.over", "who", cards.User(a.Who))); err != nil {
					return Said{}, err
				}
			}
		}
		if err := o.tellPerson(ctx, tx, standIn, cards.T("away.stands_in", "who", cards.User(a.Who), "at", a.last())); err != nil {
			return Said{}, err
		}
		text := cards.T("away.begun", "who", cards.User(standIn), "at", a.last())
		return Said{Text: text}, o.tellPerson(ctx, tx, a.Who, text)
	})
}

// Back ends the absence of whoever presses; both are told. Refuses without a code who is not
// away.
func (o *voices) Back(ctx context.Context, p Press) (Said, error) {
	return o.accept(ctx, p.Once, act{verb: "back", who: p.Who.ID}, func(ctx context.Context, tx *store.Tx, entry *act) (Said, error) {
		was, err := absences(ctx, tx, "who = $1 and until > $2", p.Who.ID, store.Millis(o.Now()))
		switch {
		case err != nil:
			return Said{}, err
		case len(was) == 0:
			return Said{}, cards.Refuse("fault.not_away")
		}
		entry.subject = was[0].subject()
		return Said{Text: cards.T("away.back", "who", cards.User(was[0].StandIn))}, o.endAbsence(ctx, tx, was[0])
	})
}

// Absences are all that have begun and not ended, in order.
func (o *voices) Absences(ctx context.Context) ([]Absence, error) {
	return absences(ctx, o.DB, "until > $1", store.Millis(o.Now()))
}

func absences(ctx context.Context, q store.Queryer, where string, args ...any) ([]Absence, error) {
	return store.All[Absence](q.Query(ctx, "select who, stand_in, since, until from absence where "+where+" order by who", args...))
}

// mayBeAway refuses whoever has no approvals to give.
func (o *voices) mayBeAway(who cards.Person) error {
	refused := o.Roles.May(who, Approver)
	if refused != nil && !cards.IsRefused(refused, cards.HasLeft) && o.HasVoice(who) {
		return nil
	}
	return refused
}

// endAbsences ends the absences whose day is over.
func (o *voices) endAbsences(ctx context.Context, now time.Time) error {
	over, err := absences(ctx, o.DB, "until <= $1", store.Millis(now))
	if err != nil {
		return err
	}
	for _, a := range over {
		if err := o.DB.Update(ctx, func(tx *store.Tx) error {
			if err := o.journal.Write(ctx, tx, journal.Entry{Subject: a.subject(), Verb: "back", Note: noteOf(cards.Text{})}); err != nil {
				return err
			}
			return o.endAbsence(ctx, tx, a)
		}); err != nil {
			return err
		}
	}
	return nil
}

// endAbsence lets a stand-in go and tells both. Whoever ended it first has told them.
func (o *voices) endAbsence(ctx context.Context, tx *store.Tx, a Absence) error {
	ended, err := tx.Exec(ctx, "delete from absence where who = $1 and until = $2", a.Who, store.Millis(a.Until))
	if err != nil || ended == 0 {
		return err
	}
	if err := o.tellPerson(ctx, tx, a.StandIn, cards.T("away.over", "who", cards.User(a.Who))); err != nil {
		return err
	}
	return o.tellPerson(ctx, tx, a.Who, cards.T("away.back", "who", cards.User(a.StandIn)))
}

// tellPerson says something to somebody in their own conversation.
func (o *ground) tellPerson(ctx context.Context, tx *store.Tx, who string, text cards.Text) error {
	return o.Posts.Notify(ctx, tx, cards.Place{User: who}, cards.Card{Body: []cards.Text{text}})
}

// instead are those who are asked, with their stand-ins in the place of who is away: where the
// stand-in may not, the absent are.
func (o *voices) instead(ctx context.Context, q store.Queryer, r Request, ids []string) ([]string, error) {
	away, err := absences(ctx, q, "until > $1", store.Millis(o.Now()))
	if err != nil || len(away) == 0 {
		return ids, err
	}
	asked := make([]string, len(ids))
	for i, id := range ids {
		asked[i] = id
		at := slices.IndexFunc(away, func(a Absence) bool { return a.Who == id })
		if at < 0 {
			continue
		}
		standIn := away[at].StandIn
		if !r.isBehind(standIn) && !slices.Contains(r.ApprovedBy, standIn) && o.Roles.May(cards.Person{ID: standIn}, Approver) == nil {
			asked[i] = standIn
		}
	}
	slices.Sort(asked)
	return slices.Compact(asked), nil
}
