package schedules

import (
	"errors"
	"regexp"
	"strings"
	"time"

	"golang.org/x/text/width"

	"magpie/cards"
)

// folded is a name as two people would call it the same.
func folded(name string) string { return strings.ToLower(width.Fold.String(name)) }

var nameForm = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._-]{0,39}$`)

// Draft is a schedule as it was said.
type Draft struct {
	Name, When, Zone, Channel, Missed, Overlap, Until, Line string

	Each, Either bool
	Once         bool // said by `schedule once`: one instant is wanted
	Owner        string
	// Instead are the terms that it is to replace, if any: the same words are for the
	// same weeks.
	Instead *Terms
}

// Read makes terms of what was said, without its line's kind and audience. Refuses as
// Understand and ParseCron do, with the argument at fault in Field; without a code what is no
// name, fires never or too often, or ends in the past.
func (s *drawer) Read(d Draft) (Terms, Spec, error) {
	t := Terms{
		Name: width.Fold.String(d.Name), Owner: d.Owner, Line: d.Line, Typed: d.When, Channel: d.Channel,
		Missed: d.Missed, Overlap: d.Overlap, Each: d.Each, Either: d.Either,
	}
	at := func(field string, err error) error {
		var refusal *cards.Refusal
		if errors.As(err, &refusal) && refusal.Field == "" {
			refusal.Field = field
		}
		return err
	}
	if !nameForm.MatchString(t.Name) {
		return t, Spec{}, at("NAME", cards.Refuse("fault.schedule_name", "name", cards.Code(d.Name)))
	}
	zone, err := s.Zone, error(nil)
	if d.Zone != "" {
		if zone, err = ParseZone(d.Zone); err != nil {
			return t, Spec{}, err
		}
	}
	t.Zone = zone.String()
	now := s.Now()
	understood, err := Understand(d.When, now, zone)
	if err != nil {
		return t, Spec{}, at("WHEN", err)
	}
	t.Cron, t.At, t.Wall, t.Weeks = understood.Cron, understood.At, understood.Wall, understood.Weeks
	if d.Instead != nil && d.Instead.Typed == t.Typed && d.Instead.Weeks.Every == t.Weeks.Every {
		t.Weeks = d.Instead.Weeks
	}
	spec := Once(t.At, zone)
	if t.Cron != "" {
		if spec, err = ParseCron(t.Cron, zone, d.Either); err != nil {
			return t, spec, at("WHEN", err)
		}
		t.Cron, spec.Weeks = spec.Cron, t.Weeks
		if err := s.allowed(d, spec, now); err != nil {
			return t, spec, at("WHEN", err)
		}
	}
	if d.Until != "" {
		if t.Until, err = parseUntil(d.Until, zone, now); err != nil {
			return t, spec, at("until", err)
		}
		spec.Until = t.Until
	}
	if t.Fires = spec.Fires(now, 5); len(t.Fires) == 0 {
		key := "fault.spec_never"
		if d.Until != "" {
			key = "fault.spec_never_until"
		}
		return t, spec, at("WHEN", cards.Refuse(key, "spec", cards.Code(d.When)))
	}
	if d.Instead != nil {
		t.Changed = changed(*d.Instead, t)
	}
	return t, spec, nil
}

// allowed refuses what recurs where one instant is wanted, and what recurs too often.
func (s *drawer) allowed(d Draft, spec Spec, now time.Time) error {
	switch {
	case d.Once:
		return cards.Refuse("fault.spec_not_once", "spec", cards.Code(d.When))
	case spec.Next(now).IsZero():
		return cards.Refuse("fault.spec_never", "spec", cards.Code(d.When))
	case spec.Interval() < s.Least:
		return cards.Refuse("fault.spec_often", "spec", cards.Code(d.When), "every", cards.Span(spec.Interval()), "least", cards.Span(s.Least))
	}
	return nil
}

// parseUntil reads the last day on which a schedule fires.
func parseUntil(text string, zone *time.Location, now time.Time) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, strings.NewReplacer("/", "-", ".", "-").Replace(width.Fold.String(text)))
	if err != nil {
		return time.Time{}, cards.Refuse("fault.spec_until", "until", cards.Code(text))
	}
	end, _ := instantOf(day.AddDate(0, 0, 1), zone)
	if !end.After(now) {
		return end, cards.Refuse("fault.spec_until_past", "until", cards.Code(text))
	}
	return end, nil
}
