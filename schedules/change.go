package schedules

import (
	"time"

	"magpie/cards"
	"magpie/zones"
)

// Change is a part of a schedule's terms that an edit changes, as those see it who approve it.
type Change struct {
	What string     `json:"what"` // one of those that changed names
	Was  cards.Text `json:"was"`
	Now  cards.Text `json:"now"`
}

// changed are the parts in which terms differ from those that they are to replace.
func changed(was, now Terms) []Change {
	var all []Change
	add := func(what string, same bool, old, new cards.Text) {
		if !same {
			all = append(all, Change{what, old, new})
		}
	}
	add("when", was.Cron == now.Cron && was.At.Equal(now.At) && was.Zone == now.Zone && was.Weeks == now.Weeks, was.inWords(), now.inWords())
	add("line", was.Line == now.Line, cards.Code(was.Line), cards.Code(now.Line))
	add("channel", was.Channel == now.Channel, cards.T("terms.in", "channel", cards.Channel(was.Channel)), cards.T("terms.in", "channel", cards.Channel(now.Channel)))
	add("until", was.Until.Equal(now.Until), was.lastDay(), now.lastDay())
	add("missed", was.Missed == now.Missed, MissedText(was.Missed), MissedText(now.Missed))
	add("overlap", was.Overlap == now.Overlap, OverlapText(was.Overlap), OverlapText(now.Overlap))
	add("approve", was.Each == now.Each, approvalText(was.Each), approvalText(now.Each))
	return all
}

// inWords is when terms fire, in their own zone.
func (t Terms) inWords() cards.Text {
	spec, err := t.Spec()
	if err != nil {
		return cards.Code(t.Typed)
	}
	return cards.T("terms.when_in", "words", spec.Describe(), "zone", cityOf(t.Zone))
}

// lastDay is the last day on which terms fire.
func (t Terms) lastDay() cards.Text {
	if t.Until.IsZero() {
		return cards.T("terms.no_end")
	}
	zone, err := zones.Load(t.Zone)
	if err != nil {
		zone = time.UTC
	}
	return cards.Plain(t.Until.In(zone).AddDate(0, 0, -1).Format(time.DateOnly))
}

func approvalText(each bool) cards.Text {
	if each {
		return cards.T("terms.approve_each")
	}
	return cards.T("terms.approve_once")
}

// changes say what an edit changes, a line each.
func (t Terms) changes() []cards.Text {
	if len(t.Changed) == 0 {
		return nil
	}
	lines := []cards.Text{cards.T("terms.changed")}
	for _, c := range t.Changed {
		lines = append(lines, cards.T("terms.change", "what", cards.T("terms."+c.What), "was", c.Was, "now", c.Now))
	}
	return lines
}
